# Sourced by the tests that are scripts.

# check WORDS COMMAND...: ends the test, saying what did not hold, if the command fails.
check() {
  local what=$1
  shift
  if ! "$@"; then
    echo "does not hold: $what" >&2
    exit 1
  fi
}

# skip REASON: CTest knows 77 as "skipped" (SKIP_RETURN_CODE).
skip() {
  echo "skipped: $*"
  exit 77
}
