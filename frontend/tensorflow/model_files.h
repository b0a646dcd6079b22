// Which files a MODEL on the command line stands for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "support/result.h"

namespace slimc::frontend {

struct ModelFiles {
  // Empty: variables alone, a checkpoint with no graph beside it.
  std::filesystem::path graph;
  std::vector<std::filesystem::path> graphs_looked_for;  // beside a checkpoint
  bool is_saved_model = false;  // the graph is a folder's saved_model.pb or .pbtxt
  // The prefix of the checkpoint (it exists); empty if there is none.
  std::filesystem::path checkpoint;
  // Where a checkpoint was looked for, for the failure of a graph that turns out to need one.
  std::vector<std::filesystem::path> looked_for;
  // The file's name without what says its form: "mobilenet_v1_0.25_224". A SavedModel has its
  // folder's.
  std::string name;
};

Result<ModelFiles> find_model_files(const ModelRequest& request);

}  // namespace slimc::frontend
