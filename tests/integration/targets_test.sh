#!/bin/bash
# targets_test.sh PROGRAM: a library for x86-64-v3 and x86-64 takes the first that the CPU can run, or
# the one that SLIMC_TARGET names.
set -euo pipefail
program=$1
source "$(dirname "$0")/check.sh"
unset SLIMC_TARGET
[ "$(uname -m)" = x86_64 ] || skip "the library is for x86"

# says WORDS COMMAND...: the command's first words.
says() {
  local expected=$1 found
  shift
  found=$("$@")
  echo "$* -> $found"
  check "'$*' says '$expected', not '$found'" test "${found:0:${#expected}}" = "$expected"
}

best=x86-64
if grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then best=x86-64-v3; fi
says "$best 0." "$program"
says "$best 0." env SLIMC_TARGET= "$program"
says "x86-64 0." env SLIMC_TARGET=x86-64 "$program"
says "the environment variable SLIMC_TARGET names none of the library's targets" \
  env SLIMC_TARGET=x86-64-v4 "$program"
say_same() { test "$(env SLIMC_TARGET=x86-64 "$program" | cut -d' ' -f2)" = "$("$program" | cut -d' ' -f2)"; }
check "both targets compute the same" say_same

# A CPU of 2008: SSE 4.2, no AVX.
qemu=$(command -v qemu-x86_64-static || command -v qemu-x86_64) || skip "qemu-user is not installed"
says "x86-64 0." "$qemu" -cpu Nehalem "$program"
says "the CPU lacks instructions" "$qemu" -cpu Nehalem -E SLIMC_TARGET=x86-64-v3 "$program"
