// The ops of a subgraph as a graph: which of them an output needs, and what nothing reads.
#pragma once

#include <string>
#include <vector>

#include "frontend/tflite/model.h"
#include "frontend/tflite/tensor_data.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

struct OpCode {
  schema::BuiltinOperator builtin = schema::BuiltinOperator::ADD;
  std::string custom = {};  // the name of a CUSTOM op
};

// "CONV_2D", "CUSTOM Convolution2DTransposeBias"
std::string name_of(const OpCode& code);

// An op whose indices have been checked, with those of its tensors; -1 for inputs left out.
struct SubgraphOp {
  int number = 0;
  OpCode code = {};
  std::vector<int> inputs = {};
  std::vector<int> outputs = {};
};

// All of them, in the file's order, which is that of execution.
Result<std::vector<SubgraphOp>> read_ops(const Model& model, const schema::SubGraph& subgraph,
                                         const Tensors& tensors);

// True for each tensor whose numbers depend on those of `input`. (What depends on its shape alone
// does not.)
std::vector<bool> depends_on(const std::vector<SubgraphOp>& ops, int tensors, int input);

// Those that the outputs need, if `input` is given. Seen from behind, an op is needed if something
// behind it reads what it computes; so cycles cannot arise.
std::vector<SubgraphOp> needed_ops(const std::vector<SubgraphOp>& ops, int tensors, int input,
                                   const std::vector<int>& outputs);

// The tensors of `candidates` (by tensor) that are computed and that no op reads.
std::vector<int> sinks_of(const std::vector<SubgraphOp>& ops, const std::vector<bool>& candidates);

// The op that computes a tensor; null where none does.
const SubgraphOp* producer_of(const std::vector<SubgraphOp>& ops, int tensor);

}  // namespace slimc::frontend::tflite
