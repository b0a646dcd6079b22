// What every reader does as it adds an op to its graph, whatever the file's form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace slimc::frontend {

// Gives the op its shape, or says why it cannot be in the graph, for the node's diagnostic: inputs
// that do not fit, or a result of more than kMaxElements (tensor_checks.h), which broadcasting and
// padding make of small tensors.
std::string infer_shape_of(const Graph& graph, Op& op);

// A batch that a file's shapes were written down for, where the user chose another.
struct ReplacedBatch {
  std::int64_t of_file = 0;  // 0: none was replaced
  std::int64_t chosen = 0;
};

// What a Reshape makes of `from`: sizes, one of them -1 at most, which is what the others leave
// open (https://www.tensorflow.org/api_docs/python/tf/reshape). A first size that is the file's
// batch is taken for the batch. Nothing where it does not fit.
std::optional<Shape> resolve_reshape(const Shape& from, std::vector<std::int64_t> target,
                                     const ReplacedBatch& batch);

}  // namespace slimc::frontend
