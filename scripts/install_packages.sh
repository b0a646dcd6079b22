#!/bin/sh
# Installs what packages.txt lists and the machine lacks; asks nothing. When nothing is missing it
# needs no network and no rights.
#
#   scripts/install_packages.sh build          what the tool needs
#   scripts/install_packages.sh build test     and what the tests need
set -eu
cd "$(dirname "$0")/.."

missing=
for group in "$@"; do
  for package in $(awk -v group="$group" '!/^#/ && $2 == group { print $1 }' packages.txt); do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
  done
done
[ -n "$missing" ] || exit 0

echo "== Installing Debian packages:$missing"
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null; then
  as_root=sudo
else
  echo "$0: these packages are missing, and installing them needs root or sudo" >&2
  exit 1
fi
# $missing and $as_root are lists of words.
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
