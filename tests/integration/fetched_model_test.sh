#!/bin/bash
# fetched_model_test.sh PROJECT FOLDER PREFIX: slimc_fetch() downloads a model, once, from a server on
# this machine that has an archive like the published one.
set -euo pipefail
project=$1 folder=$2 prefix=$3
source "$(dirname "$0")/check.sh"
command -v python3 >/dev/null || skip "there is no python3 to serve a file"

rm -rf "$folder"
mkdir -p "$folder/server"
name=mobilenet_v1_0.25_128
"$prefix/bin/slimc" init --alpha 0.25 --resolution 128 --seed 1 -o "$folder/model/$name" >/dev/null
tar -C "$folder/model" -czf "$folder/server/$name.tgz" .
sum=$(sha256sum "$folder/server/$name.tgz" | cut -d ' ' -f 1)

python3 -u -m http.server --bind 127.0.0.1 --directory "$folder/server" 0 >"$folder/server.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 100); do
  port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$folder/server.log")
  [ -n "$port" ] && break
  sleep 0.1
done
check "the server says its port" test -n "$port"

cmake -G Ninja -S "$project" -B "$folder/build" "-DCMAKE_PREFIX_PATH=$prefix" \
  "-DURL=http://127.0.0.1:$port" "-DSHA256=$sum" >/dev/null
cmake --build "$folder/build"
"$folder/build/classify"
cmake --build "$folder/build" >"$folder/again"
check "the second build does nothing" grep -q "no work to do" "$folder/again"
cat "$folder/server.log"
check "the archive was downloaded once" test "$(grep -c '"GET .*" 200' "$folder/server.log")" = 1
