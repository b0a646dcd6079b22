#!/bin/bash
# outputs_test.sh OBSTACLE SLIMC MODEL FOLDER: when outputs cannot be written, `slimc compile` says
# so in a line that names the place, exits with 1, leaves nothing new and touches nothing old.
set -euo pipefail
obstacle=$1 slimc=$2 model=$3 folder=$4
source "$(dirname "$0")/check.sh"

# compile_fails FOLDER PATTERN [WRAPPER...]
compile_fails() {
  local out=$1 pattern=$2 status=0 before
  shift 2
  before=$(contents "$out")
  "$@" "$slimc" compile "$model" -o "$out" 2>"$folder.stderr" >"$folder.stdout" || status=$?
  cat "$folder.stderr"
  check "the exit status is 1, not $status" test "$status" = 1
  check "the message says '$pattern'" grep -qi "$pattern" "$folder.stderr"
  check "the message names the folder" grep -qF "$out" "$folder.stderr"
  check "nothing changed in the folder" test "$(contents "$out")" = "$before"
}

# Names and bytes of all files, hidden ones too.
contents() {
  find "$1" -type f -exec cksum {} + 2>/dev/null | sort || true
}

rm -rf "$folder"
case $obstacle in
  full_disk)
    if [ "$(id -u)" != 0 ]; then
      unshare -rm true 2>/dev/null || skip "neither root nor user namespaces, so no small disk"
      exec unshare -rm bash "$0" "$@"
    fi
    mkdir -p "$folder"
    mount -t tmpfs -o size=256k slimc_test "$folder" 2>/dev/null || skip "mounting is not permitted"
    trap 'umount "$folder"' EXIT
    echo old >"$folder/libone.a"
    echo old >"$folder/one.h"
    compile_fails "$folder" "no space left"
    ;;
  read_only_folder)
    mkdir -p "$folder"
    echo old >"$folder/one.h"
    chmod 555 "$folder"
    # Root may write anyway, unless it gives that right up.
    wrapper=
    if [ "$(id -u)" = 0 ]; then
      wrapper="setpriv --inh-caps=-dac_override --bounding-set=-dac_override"
      $wrapper true 2>/dev/null || skip "root cannot drop its rights here"
    fi
    compile_fails "$folder" "permission denied" $wrapper
    ;;
  file_in_the_way)
    echo old >"$folder"
    compile_fails "$folder" "director"
    ;;
  *)
    check "there is an obstacle called $obstacle" false
    ;;
esac
