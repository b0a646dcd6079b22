// Which subgraph of a file is the network, and where it begins and ends.
#pragma once

#include <vector>

#include "compiler/ir/shape.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"
#include "frontend/tflite/model.h"
#include "frontend/tflite/tensor_data.h"

namespace slimc::frontend::tflite {

// A subgraph with the tensors that it, or a signature of it, takes and gives.
struct SubgraphChoice {
  const schema::SubGraph* subgraph = nullptr;
  std::vector<std::int64_t> inputs;
  std::vector<std::int64_t> outputs;
};

// The only one, or the one of the signature that the user names.
Result<SubgraphChoice> choose_subgraph(const Model& model, const ModelRequest& request);

struct InputChoice {
  int tensor = -1;
  Shape shape = {};
  // The file's own batch where the user asked for another one; 0 otherwise.
  std::int64_t replaced_batch = 0;
  // Height or width are the user's: the shapes that the file gives for other tensors do not hold.
  bool resized = false;
};

// The user's word, or the only tensor that the subgraph takes.
Result<int> choose_input(const Model& model, const Tensors& tensors, const SubgraphChoice& subgraph,
                         const ModelRequest& request);

// The shape of the input after --batch and --resolution.
Result<InputChoice> shape_input(const Tensors& tensors, int input, const ModelRequest& request);

// The user's word, or the only tensor that the subgraph gives.
Result<int> choose_output(const Model& model, const Tensors& tensors,
                          const SubgraphChoice& subgraph, const ModelRequest& request);

}  // namespace slimc::frontend::tflite
