#!/bin/sh
# Files out of an npm package, each checked against its SHA-256. What is in FOLDER already and whole
# is not fetched again; a file that is not whole never appears there.
#
#   scripts/npm_files.sh FOLDER PACKAGE@VERSION MEMBER SHA256 [MEMBER SHA256]...
#
# A MEMBER is a path in the package's archive ("package/LICENSE"); in FOLDER it has its last name.
# No more than these members is ever unpacked. Status 1, and the reason, where it does not work.
set -eu
folder=$1
package=$2
shift 2

fail() {
  echo "$package: $*" >&2
  exit 1
}
is_whole() { [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; }

# True when FOLDER has all of the members.
has_all() {
  while [ $# -ge 2 ]; do
    is_whole "$folder/${1##*/}" "$2" || return 1
    shift 2
  done
}
if has_all "$@"; then exit 0; fi

command -v npm >/dev/null || fail "npm is not installed"
mkdir -p "$folder"
scratch=$(mktemp -d "$folder/.fetch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Nothing of the package is run: packing one from the registry runs no scripts.
(cd "$scratch" && timeout 300 npm pack --loglevel=error --ignore-scripts --no-update-notifier \
  --fetch-retries=1 "$package" </dev/null >npm.out 2>&1) ||
  fail "npm cannot fetch it: $(grep -m 1 -i "^npm err" "$scratch/npm.out" || echo "no answer")"

while [ $# -ge 2 ]; do
  # To stdout, so that no path or link in the archive means anything.
  tar -xzOf "$scratch"/*.tgz "$1" >"$scratch/member" 2>/dev/null || fail "has no $1"
  is_whole "$scratch/member" "$2" || fail "$1 is not the file that was expected (SHA-256)"
  mv "$scratch/member" "$folder/${1##*/}"
  shift 2
done
