// The catalogue of graph passes. Each is a pure function over the IR, in a file of its own name,
// and the same word is its --dump-after= value and its test.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"

namespace slimc {

// Drops every op that the output does not need. The Input stays.
Result<Graph> prune(const Graph& graph);

// Removes Identity and inference Dropout, and Reshapes that do not change the shape.
Result<Graph> drop_identity(const Graph& graph);

// Computes every op whose inputs are all constants (in double precision, rounded once).
Result<Graph> fold_constants(const Graph& graph);

// Finds batch norm and relu6 that were written out in primitive ops: x*scale + offset chains become
// one Mul and one Add of constants; min(max(x, 0), 6) in any spelling becomes Relu6.
Result<Graph> canonicalize_activations(const Graph& graph);

// Turns explicit Pad before a convolution into the convolution's own padding.
Result<Graph> fold_pad(const Graph& graph);

// Multiplies batch norm (and per-channel Mul/Add/Sub/Div by constants) into the weights and bias of
// the convolution in front of it, in double precision.
Result<Graph> fold_batch_norm(const Graph& graph);

// Turns BiasAdd/Add of a constant behind a convolution or MatMul into its bias, and MatMul into
// a 1x1 Conv2D.
Result<Graph> fuse_bias(const Graph& graph);

// Turns Relu and Relu6 behind a convolution into its activation.
Result<Graph> fuse_activation(const Graph& graph);

// Turns DepthwiseConv2D and the 1x1 Conv2D that alone uses it into one DepthwisePointwise.
Result<Graph> fuse_depthwise_pointwise(const Graph& graph);

struct Pass {
  std::string_view name;
  Result<Graph> (*run)(const Graph&);
  std::string_view why;  // why it stands at this place in the order
};

// The passes in the order in which they run; passes/pipeline.cc holds the list.
const std::vector<Pass>& pipeline();

// Runs the pipeline with the verifier after each pass (a violation is an assertion: the frontend
// has already refused bad graphs). `after` is called with the pass's name and its result.
using AfterPass = std::function<void(std::string_view pass, const Graph& graph)>;
Result<Graph> run_pipeline(const Graph& graph, const AfterPass& after = {});

}  // namespace slimc
