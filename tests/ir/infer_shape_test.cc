#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ir/graph.h"

namespace slimc {
namespace {

// The inferred shape as text, or "error: ..." in words.
std::string infer(OpKind kind, const std::vector<Shape>& inputs, Attributes attributes = {}) {
  Graph graph;
  Op op;
  op.kind = kind;
  op.name = "op";
  op.attributes = std::move(attributes);
  for (const Shape& shape : inputs) {
    // An Input holds no data, so it can stand for a tensor of any size.
    Op input;
    input.kind = OpKind::Input;
    input.shape = shape;
    op.inputs.push_back(graph.add(input));
  }
  const auto inferred = infer_shape(graph, op);
  if (const auto* error = std::get_if<ShapeError>(&inferred)) return "error: " + error->message;
  return std::get<Shape>(inferred).to_string();
}

TEST(InferShape, Conv2D) {
  const Shape x{2, 224, 224, 3}, w{3, 3, 3, 32};
  ConvolutionAttributes a{.stride_h = 2, .stride_w = 2, .padding = {.bottom = 1, .right = 1}};
  EXPECT_EQ(infer(OpKind::Conv2D, {x, w}, a), "[2,112,112,32]");
  EXPECT_EQ(infer(OpKind::Conv2D, {x, w, {32}}, a), "[2,112,112,32]");
  a.padding = {};
  EXPECT_EQ(infer(OpKind::Conv2D, {x, w}, a), "[2,111,111,32]");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 9, 8, 3}, {5, 3, 3, 4}}, ConvolutionAttributes{}),
            "[1,5,6,4]");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 9, 8, 3}, {3, 3, 3, 4}},
                  ConvolutionAttributes{.dilation_h = 2, .dilation_w = 3}),
            "[1,5,2,4]");
}

TEST(InferShape, Conv2DProblems) {
  const ConvolutionAttributes a;
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 8, 8, 16}, {3, 3, 8, 1}}, a),
            "error: weights [3,3,8,1] do not fit an input of 16 channels");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 8, 8, 8}, {3, 3, 8, 4}, {5}}, a),
            "error: bias [5] does not fit 4 channels");
  EXPECT_EQ(infer(OpKind::Conv2D, {{8, 8, 8}, {3, 3, 8, 4}}, a),
            "error: input [8,8,8] must have 4 dimensions");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 2, 8, 8}, {3, 3, 8, 4}}, a),
            "error: a window of 3 does not fit into a height of 2 (with padding)");
  EXPECT_EQ(
      infer(OpKind::Conv2D, {{1, 8, 8, 8}, {3, 3, 8, 4}}, ConvolutionAttributes{.stride_w = 0}),
      "error: kernel 3, stride 0 and dilation 1 of the width must be at least 1");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 8, 8, 8}, {3, 3, 8, 4}},
                  ConvolutionAttributes{.padding = {.top = -1}}),
            "error: padding -1 and 0 of the height must not be negative");
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 8, 8, 8}, {3, 3, 8, 4}},
                  ConvolutionAttributes{.dilation_h = std::int64_t{1} << 62}),
            "error: the height or its window is larger than 1073741824");
}

TEST(InferShape, DepthwiseConv2D) {
  const ConvolutionAttributes a{.padding = {1, 1, 1, 1}};
  EXPECT_EQ(infer(OpKind::DepthwiseConv2D, {{1, 8, 8, 6}, {3, 3, 6, 1}}, a), "[1,8,8,6]");
  EXPECT_EQ(infer(OpKind::DepthwiseConv2D, {{1, 8, 8, 6}, {3, 3, 6, 2}, {12}}, a), "[1,8,8,12]");
  EXPECT_EQ(infer(OpKind::DepthwiseConv2D, {{1, 8, 8, 6}, {3, 3, 5, 1}}, a),
            "error: weights [3,3,5,1] do not fit an input of 6 channels");
}

TEST(InferShape, Broadcasting) {
  EXPECT_EQ(infer(OpKind::Add, {{1, 4, 4, 8}, {8}}), "[1,4,4,8]");
  EXPECT_EQ(infer(OpKind::Mul, {{8}, {1, 4, 4, 8}}), "[1,4,4,8]");
  EXPECT_EQ(infer(OpKind::Sub, {{4, 1}, {1, 5}}), "[4,5]");
  EXPECT_EQ(infer(OpKind::Minimum, {{3, 2}, {}}), "[3,2]");
  EXPECT_EQ(infer(OpKind::Div, {{}, {}}), "[]");
  EXPECT_EQ(infer(OpKind::Maximum, {{3, 2}, {3}}),
            "error: [3,2] and [3] cannot be broadcast together");
}

TEST(InferShape, PerChannelOps) {
  EXPECT_EQ(infer(OpKind::BiasAdd, {{1, 4, 4, 8}, {8}}), "[1,4,4,8]");
  EXPECT_EQ(infer(OpKind::BiasAdd, {{2, 8}, {8}}), "[2,8]");
  EXPECT_EQ(infer(OpKind::BiasAdd, {{2, 8}, {1}}), "error: bias [1] does not fit 8 channels");
  EXPECT_EQ(infer(OpKind::BatchNorm, {{1, 4, 4, 8}, {8}, {8}, {8}, {8}}, BatchNormAttributes{}),
            "[1,4,4,8]");
  EXPECT_EQ(infer(OpKind::BatchNorm, {{1, 4, 4, 8}, {8}, {8}, {7}, {8}}, BatchNormAttributes{}),
            "error: mean [7] does not fit 8 channels");
}

TEST(InferShape, Pools) {
  const PoolAttributes same{
      .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2, .padding = {1, 1, 1, 1}};
  EXPECT_EQ(infer(OpKind::AvgPool, {{1, 7, 9, 8}}, same), "[1,4,5,8]");
  EXPECT_EQ(infer(OpKind::MaxPool, {{1, 7, 7, 8}}, PoolAttributes{.kernel_h = 7, .kernel_w = 7}),
            "[1,1,1,8]");
  EXPECT_EQ(infer(OpKind::AvgPool, {{1, 6, 6, 8}}, PoolAttributes{.kernel_h = 7, .kernel_w = 7}),
            "error: a window of 7 does not fit into a height of 6 (with padding)");
  EXPECT_EQ(infer(OpKind::AvgPool, {{1, 6, 6, 8}},
                  PoolAttributes{.kernel_h = 2, .kernel_w = 2, .padding = {.top = 2}}),
            "error: padding must be smaller than the window of 2x2");
  EXPECT_EQ(infer(OpKind::Mean, {{2, 7, 7, 8}}, ReduceAttributes{.keep_dims = true}), "[2,1,1,8]");
  EXPECT_EQ(infer(OpKind::Max, {{2, 7, 7, 8}}, ReduceAttributes{.keep_dims = false}), "[2,8]");
  EXPECT_EQ(infer(OpKind::Mean, {{7, 8}}, ReduceAttributes{}),
            "error: input [7,8] must have 4 dimensions");
}

TEST(InferShape, TheRest) {
  EXPECT_EQ(infer(OpKind::Pad, {{1, 4, 4, 2}}, PadAttributes{{1, 2, 3, 4}}), "[1,7,11,2]");
  EXPECT_EQ(infer(OpKind::MatMul, {{2, 8}, {8, 5}}), "[2,5]");
  EXPECT_EQ(infer(OpKind::MatMul, {{2, 7}, {8, 5}}),
            "error: weights [8,5] do not fit an input of 7 channels");
  EXPECT_EQ(infer(OpKind::Reshape, {{1, 1, 1, 6}}, ReshapeAttributes{{1, 6}}), "[1,6]");
  EXPECT_EQ(infer(OpKind::Reshape, {{1, 1, 1, 6}}, ReshapeAttributes{{1, 5}}),
            "error: [1,1,1,6] cannot be reshaped to [1,5]");
  EXPECT_EQ(infer(OpKind::Softmax, {{2, 10}}), "[2,10]");
  EXPECT_EQ(infer(OpKind::Softmax, {Shape{}}), "error: input [] has no classes");
  for (const OpKind kind : {OpKind::Identity, OpKind::Dropout, OpKind::Sqrt, OpKind::Rsqrt,
                            OpKind::Relu, OpKind::Relu6}) {
    EXPECT_EQ(infer(kind, {{1, 2, 3, 4}}), "[1,2,3,4]") << name_of(kind);
  }
}

TEST(InferShape, SignatureProblems) {
  EXPECT_EQ(infer(OpKind::Conv2D, {{1, 8, 8, 8}}, ConvolutionAttributes{}),
            "error: Conv2D takes 2 to 3 inputs, found 1");
  EXPECT_EQ(infer(OpKind::Relu, {{1}, {1}}), "error: Relu takes 1 inputs, found 2");
  EXPECT_EQ(infer(OpKind::AvgPool, {{1, 8, 8, 8}}, ConvolutionAttributes{}),
            "error: AvgPool carries attributes of another kind of op");
}

}  // namespace
}  // namespace slimc
