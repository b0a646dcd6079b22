// Files that make_checkpoint.py writes from the real weights.
#pragma once

#include <filesystem>
#include <string>

#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend::testing {

// "../shared/models/mobilenet_v1_0.25_224.ckpt"
std::filesystem::path real_checkpoint();

// Runs make_checkpoint.py for a form (see there) of the real weights, into `folder` as NAME. False
// where it failed; it has said why.
bool make_checkpoint(const ModelFolder& folder, const std::string& form, const std::string& name);

}  // namespace slimc::frontend::testing
