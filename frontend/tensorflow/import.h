// From a GraphDef to IR: what the output needs, and nothing else.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/proto/graph.pb.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Opens the weights of a graph that has variables; called only if the output needs variables. The
// argument says how many, for the words of a failure.
using OpenCheckpoint = std::function<Result<Checkpoint>(int variables)>;

// What a file says the network's results are, which holds where the user names none.
struct DeclaredOutputs {
  std::vector<std::string> tensors = {};
  std::vector<std::string> names = {};  // what the file calls them; one each
};

// The network of `def` with its weights, verified. `file` is where `def` came from. Reports every
// problem that can be found: a node is looked at if all of its inputs were imported.
Result<Graph> import_graph(const tensorflow::GraphDef& def, const std::string& file,
                           const ModelRequest& request, const OpenCheckpoint& open_checkpoint,
                           Reporter& reporter, const DeclaredOutputs& declared = {});

}  // namespace slimc::frontend
