#!/bin/sh
# ONNX Runtime's shared library (MIT), for runtime_test.cc: one file of the npm package, which npm does
# not run. Status 1, and the reason, where that fails.
#
#   tests/frontend/onnx/fetch_onnxruntime.sh FOLDER
set -eu
exec "$(dirname "$0")/../../../scripts/npm_files.sh" "$1" onnxruntime-node@1.30.0 \
  package/bin/napi-v6/linux/x64/libonnxruntime.so.1 \
  ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23
