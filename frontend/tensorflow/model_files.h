// Which files a MODEL on the command line stands for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/support/result.h"
#include "frontend/frontend.h"

namespace slimc::frontend {

struct ModelFiles {
  std::filesystem::path graph;
  // The prefix of the checkpoint (its index exists); empty if there is none.
  std::filesystem::path checkpoint;
  // Where a checkpoint was looked for, for the failure of a graph that turns out to need one.
  std::vector<std::filesystem::path> looked_for;
  // The file's name without what says its form: "mobilenet_v1_0.25_224".
  std::string name;
};

Result<ModelFiles> find_model_files(const ModelRequest& request);

}  // namespace slimc::frontend
