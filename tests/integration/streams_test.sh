#!/bin/bash
# streams_test.sh SLIMC PICTURE FOLDER: outputs whose names are pipes, devices, links and
# descriptors, as users meet them.
set -euo pipefail
slimc=$1 picture=$2 folder=$3
source "$(dirname "$0")/check.sh"

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
"$slimc" init --alpha 0.25 --resolution 32 --classes 10 -o net >/dev/null
run=("$slimc" run net.ckpt "$picture" --top 1)

"${run[@]}" --output plain.npy >plain.txt
is_array() { cmp -s "$1" plain.npy; }

# Standard output has the array alone; what is otherwise printed there is on stderr.
for name in - /dev/stdout /dev/fd/1; do
  "${run[@]}" --output $name 2>stderr | cat >piped.npy
  check "the array goes through a pipe as $name" is_array piped.npy
  check "predictions are on stderr beside $name" grep -qxF "$(cat plain.txt)" stderr
  "${run[@]}" --output $name >file.npy 2>stderr
  check "the array goes to a file as $name" is_array file.npy
done
"$slimc" compile net.ckpt -o out --depfile - 2>stderr >rule
check "standard output has the rule alone" grep -q "^out/libnet.a:" rule
check "it begins with it" test "$(head -c 9 rule)" = "out/libne"
check "the summary is on stderr" grep -q "kernels" stderr
"$slimc" bench net.ckpt --runs 1 --trace - 2>stderr | head -c 1 >trace || true
check "a trace goes to standard output" test "$(cat trace)" = "{"
"$slimc" tune --merge /dev/null -o - >merged
check "nothing merged is nothing" test ! -s merged

# A pipe with a name.
mkfifo pipe
cat pipe >piped.npy &
"${run[@]}" --output pipe >/dev/null
wait $!
check "a pipe is written into" test -p pipe
check "with the array" is_array piped.npy

# Links lead to what is replaced.
mkdir far
echo old >far/target
ln -s far/target link
"${run[@]}" --output link >/dev/null
check "the link is there still" test -L link
check "its target is the array" is_array far/target

# A reader that is gone is an error, not a crash.
{ "${run[@]}" --output - 2>stderr || echo $? >status; } | true
check "a closed pipe is an error" test "$(cat status)" = 1
check "with its words" grep -q "Broken pipe" stderr

# Devices stay devices: a copy of /dev/null, so that failing costs nothing.
if mknod null c 1 3 2>/dev/null && (: >null) 2>/dev/null; then
  "${run[@]}" --output null >/dev/null
  check "--output leaves a device" test -c null
  "$slimc" bench net.ckpt --runs 1 --trace null >/dev/null
  check "--trace leaves a device" test -c null
  "$slimc" compile net.ckpt -o out --depfile null >/dev/null
  check "--depfile leaves a device" test -c null
  "$slimc" tune --merge null -o null
  check "tune -o leaves a device" test -c null
  for end in .ckpt.index .ckpt.data-00000-of-00001 .ckpt.meta _eval.pbtxt; do
    ln -s null init$end
  done
  "$slimc" init --alpha 0.25 --resolution 32 --classes 10 -o init >/dev/null
  for file in libnet.a net.h net.cc; do
    ln -sf ../null out/$file
  done
  "$slimc" compile net.ckpt -o out >/dev/null
  check "init and compile leave a device behind links" test -c null
  check "and the links" test -L out/libnet.a -a -L init.ckpt.index
fi
check "nothing hidden is left" test -z "$(find . -name '.*' ! -name .)"
