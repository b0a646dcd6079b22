// A network of the family as numbers: what slim's mobilenet_v1() and Keras' MobileNet() make of
// their arguments, and what a reader finds in a file that holds variables and no graph. Numbers and
// values of the variables together are a Graph.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// Who names ops and variables, and what the head looks like.
//   Slim   "MobilenetV1/Conv2d_1_depthwise/BatchNorm/gamma", ".../weights",
//   ".../depthwise_weights",
//          "MobilenetV1/Logits/Conv2d_1c_1x1/biases"; AvgPool (or Mean), 1x1 convolution, squeeze,
//          softmax
//   Keras  "conv_dw_1_bn/gamma", "conv1/kernel", "conv_dw_1/depthwise_kernel", "conv_preds/bias":
//          the names of a .h5 file without its ":0"; GlobalAveragePooling2D, Reshape, 1x1
//          convolution, softmax, Reshape. Ops are named as in Keras' TensorFlow graph,
//          "conv_dw_1/depthwise", "act_softmax/Softmax".
enum class Dialect { Slim, Keras };

// What lies around an image in front of a 3x3 convolution of stride s.
enum class PaddingStyle {
  Same,         // TensorFlow's SAME: below and to the right where an even size is halved
  Symmetric,    // one pixel on each side, then VALID: Keras of TensorFlow r1.9, slim's
                // use_explicit_padding
  BottomRight,  // Keras since: ((0,1),(0,1)) and VALID where the stride is 2, SAME otherwise
};

enum class GlobalPooling { None, Average, Max };

// A depthwise convolution 3x3 and the pointwise one behind it, each with batch norm and relu6.
struct Block {
  std::int64_t stride = 1;
  std::int64_t dilation = 1;          // of the depthwise half (slim's output_stride)
  std::int64_t depth_multiplier = 1;  // channels of the depthwise half for one of its input
  std::int64_t filters = 0;           // of the pointwise half
};

struct Architecture {
  Dialect dialect = Dialect::Slim;
  Shape input = {1, 224, 224, 3};  // n h w c
  PaddingStyle padding = PaddingStyle::Same;
  std::int64_t stem_filters = 32;                  // 3x3, stride 2
  std::vector<Block> blocks;                       // the published networks have 13
  GlobalPooling pooling = GlobalPooling::Average;  // None only without classes
  // Slim only: the average is a Mean even of features that the window of 7x7 covers. Where it does
  // not cover them, the average is a Mean anyway.
  bool global_pool = false;
  // 0: no classifier, the result is what `pooling` gives: of None [n,h,w,c], of the others
  // [n,1,1,c] (Slim) or [n,c] (Keras).
  std::int64_t classes = 1001;
  bool softmax = true;
  float batch_norm_epsilon = 0.001f;
};

enum class VariableRole {
  Weights,
  DepthwiseWeights,
  Bias,
  Gamma,
  Beta,
  MovingMean,
  MovingVariance
};

// One variable of a network, under the name that its dialect stores it by. Weights are
// [kh,kw,ci,co], depthwise weights [kh,kw,ci,m], the others [c].
struct Variable {
  std::string name;
  Shape shape;
  VariableRole role = VariableRole::Weights;
};

// All variables, in the order of the layers.
std::vector<Variable> variables_of(const Architecture& architecture);

// Gives the value of a variable; called once for each, in the order of variables_of().
using VariableSource = std::function<Result<Tensor>(const Variable&)>;

// The network, batch norm not folded; it has no name yet. Every variable whose value the source
// fails to give, or gives in another shape or not finite, is reported. Numbers that no network of
// the family has (a stride of 0, a side of a million pixels) are failures too: they may come from a
// damaged file.
Result<Graph> build_network(const Architecture& architecture, const VariableSource& source);

}  // namespace slimc::frontend
