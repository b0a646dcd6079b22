#!/bin/sh
# memcheck.sh PROGRAM: runs it under valgrind; errors and leaks of any kind are failures.
if ! command -v valgrind >/dev/null; then
  echo "skipped: valgrind is not installed"
  exit 77
fi
exec valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=all \
  --errors-for-leak-kinds=all "$@"
