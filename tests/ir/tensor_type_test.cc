#include "ir/tensor_type.h"

#include <gtest/gtest.h>

#include <limits>

#include "compiler/reference/evaluate.h"
#include "ir/graph.h"

namespace slimc {
namespace {

TensorType quantized(ElementType element, std::vector<float> scales,
                     std::vector<std::int32_t> zero_points) {
  TensorType type = element;
  type.scales = std::move(scales);
  type.zero_points = std::move(zero_points);
  return type;
}

TEST(TensorType, KnowsItsBytesAndItsZero) {
  EXPECT_EQ(TensorType(ElementType::Float32).element_bytes(), 4);
  EXPECT_EQ(TensorType(ElementType::Float16).element_bytes(), 2);
  EXPECT_EQ(TensorType(ElementType::Int8).element_bytes(), 1);
  EXPECT_EQ(TensorType(ElementType::Float32).zero(), 0);
  EXPECT_EQ(quantized(ElementType::UInt8, {0.5f}, {128}).zero(7), 128);
  EXPECT_EQ(quantized(ElementType::Int8, {0.5f, 1}, {3, -4}).zero(1), -4);
}

TEST(TensorType, MustFitItsTensor) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(problem_of(ElementType::Float32, 3), "");
  EXPECT_EQ(problem_of(quantized(ElementType::Int8, {0.5f}, {0}), 3), "");
  EXPECT_EQ(problem_of(quantized(ElementType::Int8, {1, 2, 3}, {0, 0, 0}), 3), "");
  EXPECT_EQ(problem_of(quantized(ElementType::Int8, {1, 2}, {0, 0}), 3),
            "neither one scale nor one a channel");
  EXPECT_EQ(problem_of(quantized(ElementType::Int8, {1}, {}), 3),
            "not as many zero points as scales");
  EXPECT_EQ(problem_of(quantized(ElementType::Float32, {1}, {0}), 3), "floats with a scale");
  for (const float scale : {0.0f, -1.0f, infinity}) {
    EXPECT_EQ(problem_of(quantized(ElementType::Int8, {scale}, {0}), 3),
              "a scale that is not finite and above 0");
  }
  EXPECT_EQ(problem_of(quantized(ElementType::UInt8, {1}, {-1}), 3),
            "a zero point that is outside of its element's range");
  EXPECT_EQ(problem_of(quantized(ElementType::Int8, {1}, {128}), 3),
            "a zero point that is outside of its element's range");
}

// A value's numbers are those that its integers can stand for; ties go away from zero.
TEST(TensorType, DecidesWhatTheReferenceGives) {
  Op op{.kind = OpKind::Quantize, .name = "q", .shape = {5}};
  op.type = quantized(ElementType::UInt8, {0.5f}, {10});
  const reference::DoubleTensor x{Shape{5}, {0.24, 0.25, -0.75, -100, 1000}};
  EXPECT_EQ(reference::evaluate_op(op, {&x}).data, (std::vector<double>{0, 0.5, -1, -5, 122.5}));
}

TEST(TensorType, IsVerified) {
  Graph graph;
  graph.file = "test";
  graph.input = graph.add({.kind = OpKind::Input, .name = "x", .shape = {1, 2, 2, 3}});
  Op op{.kind = OpKind::Quantize, .name = "q", .inputs = {graph.input}};
  graph.set_output(graph.add(op));
  EXPECT_EQ(verify(graph).at(0),
            "%1 Quantize 'q': gives floats, and a Quantize gives integers with a scale");
  graph.op(graph.output()).type = quantized(ElementType::Int8, {1, 2}, {0, 0});
  EXPECT_EQ(verify(graph).at(0),
            "%1 Quantize 'q': its type has neither one scale nor one a channel");
  graph.op(graph.output()).type = quantized(ElementType::Int8, {1}, {0});
  EXPECT_TRUE(verify(graph).empty());
}

}  // namespace
}  // namespace slimc
