#!/bin/sh
# TFLite's own runtime as WebAssembly (Apache-2.0), for litert_test.cc: the npm package's files that
# run_litert.mjs needs, none of which is run by npm. Status 1, and the reason, where that fails.
#
#   tests/frontend/tflite/fetch_litert.sh FOLDER
set -eu
exec "$(dirname "$0")/../../../scripts/npm_files.sh" "$1" @litertjs/core@2.5.3 \
  package/wasm/litert_wasm_compat_internal.js \
  4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5 \
  package/wasm/litert_wasm_compat_internal.wasm \
  5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c
