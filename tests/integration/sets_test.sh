#!/bin/bash
# sets_test.sh HOW SLIMC DIE_AT_CALL.so FOLDER: the files of a library are of one compilation, with
# many at once in the same folder ("concurrent"), and behind one that was killed ("killed").
set -euo pipefail
how=$1 slimc=$2 die=$3 folder=$4
source "$(dirname "$0")/check.sh"

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

compile() { # compile MODEL FOLDER
  "$slimc" compile "$1.ckpt" --name net --weights external --pkg-config -o "$2" >/dev/null
}

# The same network with other weights, so that every file but two differs.
for model in a b; do
  "$slimc" init --alpha 0.25 --resolution 32 --classes 10 --seed $((RANDOM + 1)) -o $model >/dev/null
  compile $model ref_$model
done
check "two models give two sets" test "$(cat ref_a/* | cksum)" != "$(cat ref_b/* | cksum)"

is_set() { diff -r "ref_$1" "$2" >/dev/null; }
is_either_set() { is_set a "$1" || is_set b "$1"; }

case $how in
  concurrent)
    for round in $(seq 4); do
      if [ $((round % 2)) = 0 ]; then rm -rf out; fi
      pids=()
      for model in a b a b; do
        compile $model out &
        pids+=($!)
      done
      for pid in "${pids[@]}"; do
        check "compilation in round $round succeeds" wait "$pid"
      done
      check "the set of round $round is of one compilation" is_either_set out
    done
    ;;
  killed)
    # Each call, or every seventh where time counts: SLIMC_KILL_STEP=1 for all.
    for ((call = 1;; call += ${SLIMC_KILL_STEP:-7})); do
      rm -rf out
      cp -r ref_a out
      status=0
      LD_PRELOAD=$die DIE_AT_CALL=$call compile b out 2>stderr || status=$?
      if [ $status = 0 ]; then break; fi
      if grep -q "ASan runtime" stderr; then skip "nothing can be preloaded in front of sanitizers"; fi
      check "call $call ends slimc by a signal, not with $status" test $status = 137
      for file in out/*; do
        name=$(basename "$file")
        check "$file is whole behind call $call" \
          eval 'cmp -s "$file" "ref_a/$name" || cmp -s "$file" "ref_b/$name"'
      done
      compile b out
      check "the set behind call $call is of one compilation, and nothing else is there" is_set b out
    done
    check "slimc was killed in front of each rename, not $((call - 1)) calls" test $call -gt 20
    ;;
esac
