#!/bin/bash
# bare_test.sh TARGET TRIPLE EMULATOR SLIMC MODEL FOLDER [OPTION...]: the library asks for nothing but
# memset, memcpy and expf; a program without a C library runs it, on a stack that is painted, and its
# result is that of `slimc run`. EMULATOR is "-" where none is needed.
set -euo pipefail
target=$1 triple=$2 emulator=$3 slimc=$4 model=$5 folder=$6
shift 6
here=$(cd "$(dirname "$0")" && pwd)
source "$here/check.sh"
[ "$emulator" = - ] && emulator=
[ -z "$emulator" ] || command -v "$emulator" >/dev/null || skip "no $emulator"
command -v ld.lld >/dev/null || skip "no ld.lld"

rm -rf "$folder"
"$slimc" compile "$model" --name bare --target "$target" -o "$folder" "$@"
cd "$folder"
taken=$(llvm-nm-14 -u libbare.a | awk 'NF == 2 { print $2 }' | sort -u | grep -v '^bare_' || true)
echo "taken from elsewhere:" $taken
foreign=$(grep -vxE 'memset|memcpy|expf|_GLOBAL_OFFSET_TABLE_' <<<"$taken" || true)
check "only memset, memcpy and expf; not: $foreign" test -z "$foreign"
grep STACK_BYTES bare.h
check "NAME_STACK_BYTES is stated, and under 64 kB" \
  test "$(awk '/define BARE_STACK_BYTES/ { print $3 }' bare.h)" -lt 65536
if [ -e bare.weights ]; then
  weights=(-DWEIGHTS='"bare.weights"')
else
  weights=()
  # Where processes share it: in a section that is neither writable nor relocated, aligned.
  mkdir object
  (cd object && llvm-ar-14 x ../libbare.a bare_k_weights.o)
  sections=$(llvm-readelf-14 -SW object/bare_k_weights.o)
  check "the weights are in .rodata, read-only and aligned to 64 bytes: $sections" \
    grep -qE '\.rodata.* A +[0-9]+ +[0-9]+ +64$' <<<"$sections"
  check "nothing in them is relocated" test -z "$(llvm-readelf-14 -r object/bare_k_weights.o | grep R_ || true)"
fi

clang --target="$triple" -O2 -ffreestanding -fno-builtin -fno-stack-protector -Wall -Wextra -Werror \
  -nostdlib -static -fuse-ld=lld -I. "${weights[@]}" "$here/bare.c" libbare.a -o program
status=0
$emulator ./program >result.raw 2>stack.txt || status=$?
cat stack.txt
check "the program ends with 0, not $status" test "$status" = 0

/usr/bin/python3 - "$(awk '/_INPUT_HEIGHT|_INPUT_WIDTH|_INPUT_CHANNELS/ { print $3 }' bare.h | xargs)" <<'PY'
import sys, numpy
shape = [1] + [int(word) for word in sys.argv[1].split()]
count = int(numpy.prod(shape))
image = ((numpy.arange(count) * 37 + 11) % 256).astype(numpy.float32) / 128 - 1
numpy.save("image.npy", image.reshape(shape))
PY
"$slimc" run "$model" --input image.npy --output right.npy >/dev/null
/usr/bin/python3 - <<'PY'
import numpy
result = numpy.fromfile("result.raw", numpy.float32)
right = numpy.load("right.npy").ravel()
assert result.shape == right.shape and abs(right.sum() - 1) < 1e-4, (result.shape, right.shape)
difference = abs(result - right).max()
print("largest difference from slimc run:", difference)
assert difference < 1e-5, difference
PY
