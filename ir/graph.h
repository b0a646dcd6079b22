// The network as slimc sees it between the frontends and the code generator.
//
// A Graph is a list of ops in topological order. Every op has one result, so a Value is the index
// of the op that makes it. Weights are Constant ops. Nothing here knows TensorFlow: a frontend has
// already turned axes, paddings, shapes and data types into attributes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ir/activation.h"
#include "ir/pixel_encoding.h"
#include "ir/shape.h"
#include "ir/tensor_type.h"
#include "ir/value.h"

namespace slimc {

// A float32 constant, row-major in the order of its shape.
struct Tensor {
  Shape shape;
  std::vector<float> data;
};

enum class OpKind {
  // What a frontend may import.
  Input,            // no inputs; the network's image, NHWC
  Constant,         // no inputs; `constant` is set
  Identity,         // x
  Dropout,          // x; identity at inference
  Conv2D,           // x [n,h,w,ci], weights [kh,kw,ci,co], (bias [co])
  DepthwiseConv2D,  // x [n,h,w,ci], weights [kh,kw,ci,m], (bias [ci*m]); channel ci*m + j
  BatchNorm,        // x, gamma [c], beta [c], mean [c], variance [c]
  BiasAdd,          // x [..,c], bias [c]
  Add,              // x, y; NumPy broadcasting
  Sub,              // x, y
  Mul,              // x, y
  Div,              // x, y
  Maximum,          // x, y
  Minimum,          // x, y
  Sqrt,             // x
  Rsqrt,            // x
  Relu,             // x
  Relu6,            // x
  Pad,              // x; zeros around height and width
  AvgPool,          // x; the divisor counts only pixels inside the image (TensorFlow)
  MaxPool,          // x
  Mean,             // x [n,h,w,c] over h and w; keep_dims says [n,1,1,c] or [n,c]
  Max,              // x [n,h,w,c] over h and w; keep_dims likewise
  MatMul,           // x [n,ci], weights [ci,co]
  Reshape,          // x to `shape`; also stands for squeeze, flatten and expand_dims
  Softmax,          // x over its last dimension
  Exp,              // x
  SumChannels,      // x [..,c] over its last dimension, which stays with size 1
  MaxChannels,      // x [..,c] likewise
  Activate,         // x; an element-wise function other than Relu and Relu6, see Activation
  Quantize,         // x to the op's type, of integers; from floats or other integers
  Dequantize,       // x, of integers, to floats
  // What only passes make.
  ScaleImage,  // x: the Input, scale [c], offset [c]; x * scale + offset
};

// "Conv2D" and so on.
std::string_view name_of(OpKind kind);

// Pixels of zeros around an image. SAME padding is resolved to these numbers at import:
// total = max((ceil(in/stride)-1)*stride + (kernel-1)*dilation+1 - in, 0), before = total/2
// (https://www.tensorflow.org/api_docs/python/tf/nn, "SAME").
struct Padding {
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
  friend bool operator==(const Padding&, const Padding&) = default;
};
Padding same_padding(std::int64_t h, std::int64_t w, std::int64_t kh, std::int64_t kw,
                     std::int64_t stride_h, std::int64_t stride_w, std::int64_t dilation_h = 1,
                     std::int64_t dilation_w = 1);

// Conv2D and DepthwiseConv2D. The kernel's size is that of the weights.
struct ConvolutionAttributes {
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t dilation_h = 1, dilation_w = 1;
  Padding padding = {};
  ActivationFunction activation = {};  // set by fuse_activation
};

struct BatchNormAttributes {
  float epsilon = 0.001f;
};

struct PadAttributes {
  Padding padding = {};
};

struct PoolAttributes {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  Padding padding = {};
};

struct ReduceAttributes {
  bool keep_dims = false;
};

struct ReshapeAttributes {
  Shape shape = {};  // all dimensions known
};

struct ActivateAttributes {
  ActivationFunction function = {};
};

using Attributes =
    std::variant<std::monostate, ConvolutionAttributes, BatchNormAttributes, PadAttributes,
                 PoolAttributes, ReduceAttributes, ReshapeAttributes, ActivateAttributes>;

struct Op {
  OpKind kind = OpKind::Identity;
  std::string name = {};  // the node's name in the user's file; unique in a graph
  std::vector<Value> inputs = {};
  Attributes attributes = {};
  Shape shape = {};                             // of the result
  TensorType type = {};                         // of the result
  std::shared_ptr<const Tensor> constant = {};  // Constant only

  template <typename T>
  const T& attributes_as() const {
    return std::get<T>(attributes);
  }
};

// A result of the network: what the user knows it by (a node's, layer's or tensor's name), and the
// op that gives it.
struct NetworkOutput {
  std::string name = {};
  Value value = {};
};

class Graph {
 public:
  // Adds an op behind the others. Its inputs must be in the graph already; its shape is inferred
  // where `op.shape` is empty and the kind is not Input or Constant (asserts that inference
  // succeeds: frontends call infer_shape themselves to report a mismatch).
  Value add(Op op);
  Value add_constant(std::string name, Tensor tensor);

  const std::vector<Op>& ops() const { return ops_; }
  const Op& op(Value value) const { return ops_[static_cast<std::size_t>(value.op)]; }
  Op& op(Value value) { return ops_[static_cast<std::size_t>(value.op)]; }
  const Tensor& constant(Value value) const { return *op(value).constant; }

  // The only result, or the first one. The graph has one.
  Value output() const { return outputs.front().value; }
  // Makes it the only result, called like its op.
  void set_output(Value value);
  // Adds a result; one that is there already, under whatever name, is not added again.
  void add_output(std::string output_name, Value value);

  Value input;                         // the Input op
  std::vector<NetworkOutput> outputs;  // one or more, in the user's order, else the file's
  PixelEncoding pixels;                // what the Input's numbers mean
  std::string form;                    // "TensorFlow", "Keras", "TFLite", "ONNX"; may be empty
  std::string name;                    // the model's name, a C identifier: "mobilenet_v1_025_224"
  std::string file;                    // where it came from, for diagnostics

 private:
  std::vector<Op> ops_;
};

// The shape of the result of `op`, or what is wrong with its inputs ("weights [3,3,8,1] do not fit
// an input of 16 channels"). A frontend adds file and node to the message.
struct ShapeError {
  std::string message;
};
std::variant<Shape, ShapeError> infer_shape(const Graph& graph, const Op& op);

// Multiply-adds of one op (convolutions and MatMul; 0 for the others), for the graph's batch.
// Padding counts like image pixels, as published figures do.
std::int64_t multiply_adds(const Graph& graph, const Op& op);

// Checks what every pass may rely on: topological order, unique names, one Input, arity, attribute
// kinds, types that fit, shapes equal to infer_shape, constants whose size fits their shape and
// that are finite. Returns the problems, one string each; empty when all is well.
std::vector<std::string> verify(const Graph& graph);

// One line an op: "%12 Conv2D 'name' (%3, %4) stride=2x2 -> [1,112,112,32]".
std::string print(const Graph& graph);

}  // namespace slimc
