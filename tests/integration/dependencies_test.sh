#!/bin/bash
# dependencies_test.sh PROJECT FOLDER GENERATOR PREFIX MODELS: a network is compiled again when a file
# that it was made from changes, and otherwise not.
set -euo pipefail
project=$1 folder=$2 generator=$3 prefix=$4 models=$5
source "$(dirname "$0")/check.sh"
[ "$generator" = Ninja ] || command -v make >/dev/null || skip "there is no make"

# Copies, whose times are this test's own; in a folder with a blank.
rm -rf "$folder"
mkdir -p "$folder/my models"
cp "$models"/one.ckpt.* "$models"/one_eval.pbtxt "$folder/my models"
cp "$models/one_labels.txt" "$folder/my models/labels.txt"

# build: prints which networks were compiled.
build() {
  cmake --build "$folder/build" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
  sed -n 's/.*slimc compile \(.*\/\)\?//p' "$folder/log" | LC_ALL=C sort | xargs
}
# compiles EXPECTED WHY
compiles() {
  local found
  found=$(build)
  cat "$folder/log"
  check "$2: compiled is '$1', found '$found'" test "$found" = "$1"
}
# Some file systems' clocks are coarse.
change() {
  sleep 0.05
  touch "$1"
}

cmake -G "$generator" -S "$project" -B "$folder/build" "-DCMAKE_PREFIX_PATH=$prefix" \
  "-DMODELS=$folder/my models" >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; exit 1; }
check "CMake has no warnings" test -z "$(grep -i warning "$folder/configure.log")"
compiles "network one.ckpt" "the first time"
"$folder/build/both"
compiles "" "nothing changed"
if [ "$generator" = Ninja ]; then
  check "Ninja has nothing to do at all" grep -q "no work to do" "$folder/log"
fi
change "$folder/my models/one.ckpt.meta" # not read: _eval.pbtxt comes before it
change "$folder/my models/unrelated"
compiles "" "files that are not read changed"
change "$folder/my models/one.ckpt.data-00000-of-00001"
compiles "one.ckpt" "the checkpoint changed"
# What the depfile says of the rest is the same for both generators.
[ "$generator" = Ninja ] || exit 0
for part in one_eval.pbtxt labels.txt; do
  change "$folder/my models/$part"
  compiles "one.ckpt" "$part changed"
done
change "$folder/build/network/network.ckpt.data-00000-of-00001"
compiles "network" "the model of the build's own changed"
compiles "" "nothing changed again"
