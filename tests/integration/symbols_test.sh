#!/bin/bash
# symbols_test.sh NAME LIBRARY CC: what a generated library gives and takes. All its public symbols
# begin with its name, none is weak or common, and all that it takes from elsewhere is in libc or libm
# (where pthreads are, since glibc 2.34).
set -euo pipefail
name=$1 library=$2 cc=$3
source "$(dirname "$0")/check.sh"

defined=$(nm -g --defined-only "$library" | awk 'NF == 3 { print $3 }' | sort -u)
check "the library defines ${name}_run" grep -qx "${name}_run" <<<"$defined"
strangers=$(grep -v "^${name}_" <<<"$defined" || true)
check "all public symbols begin with ${name}_; these do not: $strangers" test -z "$strangers"
weak=$(nm "$library" | awk 'NF == 3 && $2 ~ /^[WwVvuC]$/ { print $3 }')
check "no symbol is weak, unique or common; these are: $weak" test -z "$weak"

taken=$(nm -u "$library" | awk 'NF == 2 { print $2 }' | sort -u |
  grep -vxF -e "$defined" -e _GLOBAL_OFFSET_TABLE_ || true)
echo "taken from elsewhere:" $taken
system=$(for file in libc.so.6 libm.so.6; do
  nm -D --defined-only "$("$cc" -print-file-name=$file)" | awk '{ sub("@.*", "", $3); print $3 }'
done)
foreign=$(grep -vxF -e "$system" <<<"$taken" || true)
check "all of it is in libc or libm; this is not: $foreign" test -z "$foreign"
