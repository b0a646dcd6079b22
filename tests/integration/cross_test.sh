#!/bin/bash
# cross_test.sh PROJECT FOLDER PREFIX MODELS: the same project with and without a toolchain file for
# arm64 gives programs that agree.
set -euo pipefail
project=$1 folder=$2 prefix=$3 models=$4
source "$(dirname "$0")/check.sh"
command -v aarch64-linux-gnu-gcc >/dev/null || skip "there is no aarch64-linux-gnu-gcc"
command -v qemu-aarch64-static >/dev/null || skip "there is no qemu-aarch64-static"

rm -rf "$folder"
# build NAME OPTION...
build() {
  local name=$1
  shift
  cmake -G Ninja -S "$project" -B "$folder/$name" "-Dslimc_ROOT=$prefix" "-DMODELS=$models" "$@" |
    tee "$folder.log"
  cmake --build "$folder/$name"
  ctest --test-dir "$folder/$name" -V | sed -n 's/^1: \([0-9.]*\)$/\1/p' >"$folder/$name.txt"
}
build native
build arm64 "-DCMAKE_TOOLCHAIN_FILE=$project/aarch64-linux-gnu.cmake"
check "the toolchain file chose the target" grep -q "one is for arm64-linux$" "$folder.log"
check "the program is for arm64" grep -q "AArch64" <<<"$(readelf -h "$folder/arm64/user")"
check "there are 20 probabilities" test "$(wc -l <"$folder/arm64.txt")" = 20
paste "$folder/native.txt" "$folder/arm64.txt"
check "both machines agree" awk '{ d = $1 - $2; if (d > 1e-5 || d < -1e-5) exit 1 }' \
  <(paste "$folder/native.txt" "$folder/arm64.txt")
