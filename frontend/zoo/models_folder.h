// Where fetched models lie: a folder with a folder a model.
//
//   mobilenet_v1_0.25_224/    what the archive holds, and SHA256SUMS of it
//   mobilenet_2_5_224_tf.h5   a file of Keras'
//   SHA256SUMS                of every archive and file when it was first fetched
//   .downloads/               what is under way
#pragma once

#include <filesystem>
#include <string>

#include "frontend/zoo/published.h"
#include "support/result.h"

namespace slimc::frontend {

// $XDG_CACHE_HOME/slimc/models, or ~/.cache/slimc/models. A failure if neither can be known.
Result<std::filesystem::path> default_models_folder();

// Whether a fetched model lies there (that it is whole was checked when it was fetched).
bool is_on_disk(const std::filesystem::path& folder, const Publication& publication);

}  // namespace slimc::frontend
