#!/bin/bash
# special_inputs_test.sh SLIMC PICTURE FOLDER: inputs that are no regular files are read within
# limits or refused in words, and what is found elsewhere because of a model is said.
set -euo pipefail
slimc=$1 picture=$2 folder=$3
source "$(dirname "$0")/check.sh"

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
export TMPDIR=$folder/temporary
mkdir "$TMPDIR"
"$slimc" init --alpha 0.25 --resolution 32 --classes 10 -o net >/dev/null
seq -f "label %g" 10 >labels.txt

# refused PATTERN ARGUMENTS...: it ends by itself, with 1 or 2, with little memory and with words.
refused() {
  local pattern=$1 status=0
  shift
  (ulimit -v 3000000 && exec timeout 120 "$slimc" "$@") >stdout 2>stderr || status=$?
  cat stderr
  check "'$*' fails in words, not with $status" test $status = 1 -o $status = 2
  check "'$*' says '$pattern'" grep -qi -- "$pattern" stderr
  check "'$*' has one error" test "$(grep -c '^slimc: error: ' stderr)" = 1
}

ln -s /dev/zero endless
refused "larger than the limit" inspect endless
for endless in /dev/zero; do
  refused "larger than the limit" run net.ckpt "$endless"
  refused "larger than the limit" run net.ckpt --input "$endless"
  refused "larger than the limit" compile net.ckpt --labels "$endless" -o out
  refused "larger than the limit" inspect "$endless"
  refused "larger than the limit" tune --merge "$endless"
done
refused "not a single file" inspect net.ckpt --sha256 "$(printf '%064d' 0)"
for nothing in /dev/null "$folder"/socket; do
  if [ ! -e "$nothing" ]; then
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' socket
  fi
  refused "" inspect "$nothing"
  refused "" run net.ckpt "$nothing"
  refused "" compile net.ckpt --labels "$nothing" -o out
  refused "" compile net.ckpt --records "$nothing/x" -o out
done
refused "director" run net.ckpt .
refused "director" compile net.ckpt --labels . -o out

# What is found because of a model is a regular file.
for part in net.ckpt.index net.ckpt.data-00000-of-00001 net.ckpt.meta; do
  mv $part part
  # The graph that is read in place of a checkpoint's own.
  [ $part != net.ckpt.meta ] || mv net_eval.pbtxt graph
  for kind in pipe device; do
    if [ $kind = pipe ]; then mkfifo $part; else ln -s /dev/zero $part; fi
    refused "$part: is a $kind, expected a regular file" inspect net.ckpt
    if [ $part != net.ckpt.meta ]; then
      refused "$part: is a $kind, expected a regular file" \
        inspect net_eval.pbtxt --checkpoint net.ckpt
    fi
    rm $part
  done
  mv part $part
done
mv graph net_eval.pbtxt
refused "" inspect net_eval.pbtxt --checkpoint /dev/zero
refused "" inspect net_eval.pbtxt --checkpoint /dev/null

# A graph may come through a pipe, and nothing else may.
cat net_eval.pbtxt | "$slimc" inspect /dev/stdin --checkpoint net.ckpt >/dev/null
mkfifo model
for other in net.ckpt.index "$picture"; do
  cat "$other" >model &
  status=0
  "$slimc" inspect model >stdout 2>stderr || status=$?
  wait
  cat stderr
  check "another file through a pipe is an error" test $status = 1
  check "it says what can be" grep -q "a pipe or a device can be a TensorFlow graph" stderr
done
mkdir training
mkfifo training/checkpoint
refused "is a pipe, expected a regular file" inspect training
rm training/checkpoint

# Pipes go on working.
"$slimc" compile net.ckpt --labels <(cat labels.txt) -o out >/dev/null
cat labels.txt | "$slimc" compile net.ckpt --labels /dev/stdin -o out >/dev/null
check "labels came through" grep -q "label 7" out/net.cc

# A path that leads elsewhere is followed, but not without a word.
echo 'model_checkpoint_path: "../net.ckpt"' >training/checkpoint
"$slimc" inspect training >/dev/null 2>stderr
check "a warning says where the weights are" grep -q "lies elsewhere.*/net.ckpt.index" stderr
"$slimc" inspect net.ckpt >/dev/null 2>stderr
check "a model in one folder needs none" test ! -s stderr

# Nobody ever writes into this one.
mkfifo silent
refused "nobody has written" compile net.ckpt --labels silent -o out
check "nothing stays in the temporary folder" test -z "$(ls "$TMPDIR")"
