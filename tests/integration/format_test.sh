#!/bin/bash
# format_test.sh SOURCE CLANG_FORMAT: every source file is as clang-format would write it. What slimc
# writes itself (generated/example) is not checked; folders of builds are not looked at.
set -euo pipefail
cd "$1"
find compiler frontend ir runtime schedules stages support tool tests examples \
  \( -name '*.cc' -o -name '*.c' -o -name '*.h' \) -print0 |
  xargs -0 "$2" --dry-run -Werror
