// The catalogue of graph passes. Each is a pure function over the IR, in a file of its own name,
// and the same word is its --dump-after= value and its test.
//
// A pass leaves nothing behind that the output does not need. It fails only for what the user's
// weights are to blame for (a folded weight that is not finite).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "compiler/passes/weight_rounding.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc {

// Drops every op that the output does not need. The Input stays.
Result<Graph> prune(const Graph& graph);

// Removes Identity and inference Dropout, and Reshapes that do not change the shape; of several
// Reshapes in a row only the last stays.
Result<Graph> drop_identity(const Graph& graph);

// Computes every op whose inputs are all constants (in double precision, rounded once).
Result<Graph> fold_constants(const Graph& graph);

// Says what the numbers of the input mean where the model itself does: if the image is scaled and
// moved in front of the first convolution, that tells what range it has (graph.pixels). Where the
// user has said otherwise, that stays, and pixels.evidence has what speaks against it.
Result<Graph> infer_pixels(const Graph& graph);

// Turns exp(x) over its sum, with or without the maximum subtracted from x, into Softmax.
Result<Graph> recognize_softmax(const Graph& graph);

// Turns min(max(x, 0), 6) in any spelling into Relu6, max(x, 0) into Relu, and other bounds into a
// Clip: chains of Relu, Relu6, Clip, Maximum and Minimum with constants.
Result<Graph> recognize_relu6(const Graph& graph);

// Turns MatMul by constant weights into a 1x1 Conv2D between two Reshapes.
Result<Graph> convert_mat_mul(const Graph& graph);

// Moves Reshapes that keep the channels (squeeze, flatten of 1x1 pixels) behind the per-channel ops
// and the Softmax that follow them, so that a convolution and its bias, batch norm and activation
// are neighbours. Mean and Max get keep_dims, with such a Reshape behind them where there was none.
Result<Graph> sink_reshape(const Graph& graph);

// Turns explicit Pad before a convolution into the convolution's own padding.
Result<Graph> fold_pad(const Graph& graph);

// Gives every convolution a bias: BiasAdd, Add and Sub of a per-channel constant behind it, or
// zeros.
Result<Graph> fuse_bias(const Graph& graph);

// Multiplies BatchNorm into the weights and bias of the convolution in front of it, in double
// precision. The same for batch norm that was written out (Keras): Mul, Div, Add and Sub with
// per-channel constants, one after the other.
Result<Graph> fold_batch_norm(const Graph& graph);

// Multiplies what is left of such ops into the weights and bias of the convolution behind them:
// batch norm behind an activation, a mean that was written as a sum and a factor. Offsets only
// where the convolution has no padding. Drops those that change nothing.
Result<Graph> fold_scale(const Graph& graph);

// Makes one ScaleImage of what scales and moves the image itself and could not be folded: the first
// convolution does it as it reads pixels, in front of its padding.
Result<Graph> merge_image_scale(const Graph& graph);

// Turns Relu, Relu6 and Activate behind a convolution into its activation.
Result<Graph> fuse_activation(const Graph& graph);

// Rounds the weights of 1x1 convolutions to 16-bit floats, ties to even, so that the reference
// evaluation and the weights object have the numbers that kernels compute with. Not in the
// pipeline: compile_library() runs it behind, where the user asks for such weights. Those of the
// depthwise and of the first convolution, and biases, stay: 3% of the numbers, read from the L1
// cache again and again. Fails where a weight is beyond 16-bit floats.
struct RoundedGraph {
  Graph graph;
  WeightRounding rounding;
};
Result<RoundedGraph> round_weights(const Graph& graph);

struct Pass {
  std::string_view name;
  Result<Graph> (*run)(const Graph&);
  std::string_view why;  // why it stands at this place in the order
};

// The passes in the order in which they run; passes/pipeline.cc holds the list.
const std::vector<Pass>& pipeline();

// Runs the pipeline with the verifier after each pass (a violation is an assertion: the frontend
// has already refused bad graphs). `after` is called with the pass's name and its result.
//
// What the result guarantees: the graph verifies; no Identity, Dropout or MatMul by constants;
// every Conv2D and DepthwiseConv2D has a bias (zeros if the model has none); Mean and Max keep
// their dims. Slim's evaluation graph becomes Input, Conv2D, 13 pairs of DepthwiseConv2D and Conv2D
// 1x1, AvgPool or Mean, Conv2D 1x1, Softmax, Reshape, and Constants.
using AfterPass = std::function<void(std::string_view pass, const Graph& graph)>;
Result<Graph> run_pipeline(const Graph& graph, const AfterPass& after = {});

}  // namespace slimc
