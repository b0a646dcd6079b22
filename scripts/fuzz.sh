#!/bin/sh
# Fuzzing for long: every target of build-fuzz/ for some seconds, from its seeds and what earlier
# runs found; then a table. Inputs that are findings stay in build-fuzz/findings/TARGET.
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]       60 seconds each by default
set -eu
cd "$(dirname "$0")/.."
build=${SLIMC_FUZZ_BUILD:-$PWD/build-fuzz}
regressions=$PWD/tests/fuzz/regressions
seconds=60
if [ $# -gt 0 ]; then
  seconds=$1
  shift
fi
if [ $# -eq 0 ]; then
  set -- $(cd "$build/tests/fuzz" && ls -- *.arguments | sed 's/\.arguments$//')
fi
# Freed memory that is kept to find its use must not look like a leak of the target's.
export ASAN_OPTIONS=quarantine_size_mb=16

found=0
table="$build/fuzz.table"
printf '%-14s %12s %8s %8s %9s %7s %8s %9s\n' \
  target executions exec/s edges features corpus 'peak MB' findings >"$table"
for target in "$@"; do
  corpus=$build/corpus/$target
  findings=$build/findings/$target
  mkdir -p "$corpus" "$findings"
  log=$build/$target.log
  inputs=$build/tests/fuzz/seeds/$target
  [ ! -d "$regressions/$target" ] || inputs="$inputs $regressions/$target"
  # $inputs and the words of the file are lists.
  (cd "$build" && "bin/fuzz_$target" "$corpus" $inputs $(cat "tests/fuzz/$target.arguments") \
    -max_total_time="$seconds" -artifact_prefix="$findings/" -print_final_stats=1 \
    >"$log" 2>&1) || true
  number=$(ls "$findings" | wc -l)
  [ "$number" -eq 0 ] || found=1
  awk -v target="$target" -v findings="$number" '
    /^#[0-9]+/ && / cov: / {
      for (i = 1; i < NF; ++i) {
        if ($i == "cov:") edges = $(i + 1)
        if ($i == "ft:") features = $(i + 1)
        if ($i == "corp:") corpus = $(i + 1)
      }
      sub("/.*", "", corpus)
    }
    /number_of_executed_units/ { runs = $2 }
    /average_exec_per_sec/ { speed = $2 }
    /peak_rss_mb/ { memory = $2 }
    END {
      printf "%-14s %12d %8d %8d %9d %7d %8d %9d\n", \
        target, runs, speed, edges, features, corpus, memory, findings
    }' "$log" >>"$table"
  tail -n 1 "$table"
done
echo
cat "$table"
exit "$found"
