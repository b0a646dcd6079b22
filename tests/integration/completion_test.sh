#!/bin/bash
# completion_test.sh PREFIX: what the installed completions propose, and that each shell that is here
# can read its own.
set -euo pipefail
share=$1/share
source "$(dirname "$0")/check.sh"

for shell in bash zsh fish; do
  file=$(find "$share" -path "*/$shell*" -type f -name '*slimc*')
  check "there is a completion for $shell" test -s "$file"
  if command -v "$shell" >/dev/null; then
    check "$shell reads it" "$shell" -n "$file"
  fi
done

source "$share/bash-completion/completions/slimc"
check "slimc is completed by _slimc" grep -q -- "-F _slimc slimc" <<<"$(complete -p slimc)"

# proposals WORD...: what the last of the words is completed to, sorted, joined by '|'.
proposals() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  _slimc
  printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd '|'
}

# proposes EXPECTED WORD...; the words as bash splits them.
proposes() {
  local expected=$1 found
  shift
  found=$(proposals "$@")
  check "'$*' is completed to '$expected', found '$found'" test "$found" = "$expected"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir "models"
touch "models/a net.h5" models/b.h5

proposes verify slimc ver
proposes --version slimc --ver
proposes --weights-type slimc compile --weights-t
proposes "f16|f32" slimc compile net.ckpt --weights-type f
proposes f32 slimc compile --weights-type = f3
proposes "keras|slim" slimc init --dialect ""
proposes "" slimc compile --name ""
proposes models slimc compile mod
proposes models slimc compile -o m
proposes "" slimc compile -o models/
proposes models/b.h5 slimc compile --labels models/b
proposes "models/a net.h5" slimc run models/a
proposes "mobilenet_v1_0.25_128|mobilenet_v1_0.25_160|mobilenet_v1_0.25_192" \
  slimc fetch mobilenet_v1_0.25_1
proposes "fold_batch_norm|fold_constants|fold_pad|fold_scale" slimc compile --dump-after = fold
proposes "" slimc zoo ""
