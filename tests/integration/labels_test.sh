#!/bin/bash
# labels_test.sh DECODING NOT_DECODING: a program that decodes predictions carries the labels, and one
# that does not, linked with --gc-sections, neither them nor the function.
set -euo pipefail
decoding=$1 not_decoding=$2
source "$(dirname "$0")/check.sh"

holds() { grep -qaF "$2" "$1"; }
lacks() { ! holds "$@"; }
check "$decoding carries the labels" holds "$decoding" "class 19"
check "$not_decoding does not" lacks "$not_decoding" "class 19"
check "$not_decoding does not carry the function either" lacks "$not_decoding" decode_predictions
