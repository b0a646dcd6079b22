#!/bin/sh
# The test of one fuzz target: its seeds, what once was a finding, and a fixed number of inputs made
# of them. Nothing is kept.
#
#   short_run.sh PROGRAM RUNS SEEDS REGRESSIONS LIBFUZZER_OPTION...
set -eu
program=$1 runs=$2 seeds=$3 regressions=$4
shift 4

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ls "$seeds"/* >"$folder/all"
[ ! -d "$regressions" ] || ls "$regressions"/* >>"$folder/all"
paste -sd, "$folder/all" >"$folder/list"

cd "$folder"
"$program" -seed=1 -runs="$runs" -seed_inputs=@"$folder/list" -print_final_stats=1 "$@"
