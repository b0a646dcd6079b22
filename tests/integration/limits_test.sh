#!/bin/bash
# limits_test.sh SLIMC FOLDER: under limits of the system (ulimit) that are too low, slimc ends in
# words; whatever happens, it leaves all its outputs or none, and nothing anywhere else.
set -euo pipefail
slimc=$1 folder=$2
source "$(dirname "$0")/check.sh"

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
export TMPDIR=$folder/temporary XDG_CACHE_HOME=$folder/cache
"$slimc" init --alpha 0.25 --resolution 32 --classes 10 -o net >/dev/null

# limited LIMIT PATTERN: compiles without cached kernels. It has to fail with these words; has to
# succeed if they are "works"; "" leaves that open.
limited() {
  local status=0 pattern=$2
  rm -rf out "$TMPDIR" "$XDG_CACHE_HOME"
  mkdir "$TMPDIR"
  # Through a pipe: a limit of files' sizes must not hit what is said.
  { (ulimit $1 && exec "$slimc" compile net.ckpt -o out --jobs 2) 2>&1 >/dev/null ||
    echo "status $?"; } | cat >words
  status=$(sed -n 's/^status //p' words)
  echo "ulimit $1: ${status:-0}: $(grep error words || true)"
  check "nothing stays in the temporary folder" test -z "$(ls -A "$TMPDIR")"
  if [ -z "$status" ]; then
    check "it fails by '$pattern'" test -z "$pattern" -o "$pattern" = works
    check "all files are there" test "$(ls -A out | wc -l)" = 3
    return
  fi
  check "it works" test "$pattern" != works
  check "it ends by itself, not with $status" test "$status" = 1 -o "$status" = 3
  check "there is one error" test "$(grep -c '^slimc: error: ' words)" = 1
  check "it says '$pattern'" grep -q -- "${pattern:-.}" words
  check "no file is there" test -z "$(ls -A out 2>/dev/null)"
}

limited "-s 64" "limit of the stack is 64 kB"
limited "-f 8" "cannot be written: File too large"
limited "-f 100" "cannot be written: File too large"

# What programs need to be loaded differs, and what files whoever runs this has left open. From
# there on it is slimc that speaks.
least_with() { # least_with LETTER FIRST STEP MOST
  local least=$2
  until (ulimit -$1 $least && "$slimc" --version) >/dev/null 2>&1; do
    check "slimc starts with 'ulimit -$1 $4'" test $least -lt $4
    least=$((least + $3))
  done
  echo $least
}
least=$(least_with n 3 1 64)
limited "-n $least" "Too many open files"
for more in 1 2 3 4 6 8 10 12 16; do limited "-n $((least + more))" ""; done
limited "-n $((least + 64))" works

least=$(least_with v 100000 10000 1000000)
for more in 20 40 60 80 100 150 200; do limited "-v $((least + more * 1000))" ""; done
limited "-v 4000000" works

# Root has as many processes as it likes.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  export XDG_CACHE_HOME=$folder/other/cache TMPDIR=$folder/other/temporary
  "${other[@]}" test -r net.ckpt.index || skip "another user may not read $folder"
  for processes in 0 1 2 4 6 8; do
    rm -rf other
    mkdir -m 777 other
    mkdir -m 777 "$TMPDIR"
    status=0
    (ulimit -u "$processes" &&
      exec "${other[@]}" "$slimc" compile net.ckpt -o other/out) >/dev/null 2>words || status=$?
    echo "ulimit -u $processes: $status: $(grep error words || true)"
    check "it ends by itself, not with $status" test $status = 3
    check "there is one error" test "$(grep -c '^slimc: error: ' words)" = 1
    check "it says why" grep -q "Resource temporarily unavailable\|limit of memory or processes" words
    check "nothing ends by a signal" bash -c '! grep -E "signal|terminate" words'
    check "nothing stays" test -z "$(ls -A "$TMPDIR")" -a ! -e other/out
  done
fi
