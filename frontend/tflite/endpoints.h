// Which subgraph of a file is the network, and where it begins and ends.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tflite/model.h"
#include "frontend/tflite/subgraph_ops.h"
#include "frontend/tflite/tensor_data.h"
#include "ir/shape.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

// A subgraph with the tensors that it, or a signature of it, takes and gives.
struct SubgraphChoice {
  const schema::SubGraph* subgraph = nullptr;
  std::uint32_t number = 0;  // the subgraph's
  std::vector<std::int64_t> inputs = {};
  std::vector<std::int64_t> outputs = {};
  // What signatures call them.
  std::vector<std::pair<std::string, std::int64_t>> input_names = {}, output_names = {};
};

// The one of the signature that the user names, of "serving_default" or of the only signature;
// otherwise the first, which is what TFLite runs.
Result<SubgraphChoice> choose_subgraph(const Model& model, const ModelRequest& request,
                                       Reporter& reporter);

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

// The shape of the input after --batch and --resolution. `is_raw`: integers are taken as floats.
Result<InputChoice> shape_input(const Tensors& tensors, int input, bool is_raw,
                                const ModelRequest& request);

struct OutputChoice {
  std::string name;  // as the user or the file calls it
  int tensor = -1;
  // Where the user names one of several ops that a TFLite op becomes ("x/Conv2D" in front of "x",
  // its activation): that op; empty otherwise.
  std::string op = {};
};

// The user's words, or the tensors that the subgraph gives, or what nothing reads.
Result<std::vector<OutputChoice>> choose_outputs(const Model& model, const Tensors& tensors,
                                                 const SubgraphChoice& subgraph,
                                                 const std::vector<SubgraphOp>& ops,
                                                 const std::vector<bool>& depends,
                                                 const ModelRequest& request);

// "'features' [1,1024] (MEAN)": what a tensor is, for lists of outputs to choose from.
std::string described(const Tensors& tensors, const std::vector<SubgraphOp>& ops, int tensor);

}  // namespace slimc::frontend::tflite
