#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

// "input -> output, shape of the input", or the errors.
std::string endpoints(const GraphBuilder& builder, const ModelRequest& request = {}) {
  const auto graph = import(builder.def, request);
  if (!graph) return errors_of(graph);
  return graph->op(graph->input).name + " -> " + graph->op(graph->output()).name + ", " +
         graph->op(graph->input).shape.to_string();
}

TEST(Output, IsSlimsBeforeAnyOther) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.node("MobilenetV1/Logits/SpatialSqueeze", "Relu", {"input"});
  builder.node("MobilenetV1/Predictions/Softmax", "Softmax", {"MobilenetV1/Logits/SpatialSqueeze"});
  builder.node("summary", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder), "input -> MobilenetV1/Predictions/Softmax, [1,2,2,3]");
}

// Losses and summaries hang on the network too, but slimc has no op for them.
TEST(Output, IsTheOnlySinkThatCanBeComputed) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("probabilities", "Softmax", {"image"});
  builder.node("histogram", "HistogramSummary", {"image"});
  builder.floats("weights", {1}, {1});
  builder.node("regularizer", "Mul", {"weights", "weights"});
  EXPECT_EQ(endpoints(builder), "image -> probabilities, [1,2,2,3]");
}

TEST(Output, IsAskedForWhereThereAreSeveral) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("first", "Relu", {"image"});
  builder.node("second", "Softmax", {"image"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has 2 results; --output-node names the network's: 'first', 'second'");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"first:0"}}), "image -> first, [1,2,2,3]");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"third"}}),
            "graph.pb: has no node 'third', which --output-node names");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"first:1"}}),
            "graph.pb: --output-node first:1: slimc computes first outputs (:0) only");
}

TEST(Output, MustDependOnAnInput) {
  GraphBuilder builder;
  builder.floats("weights", {1}, {1});
  builder.node("out", "Relu", {"weights"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has no result that depends on a placeholder; --output-node names the "
            "network's result");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"out"}}),
            "graph.pb: the network's result depends on no placeholder; --input-node names the node "
            "that the image enters at");
}

TEST(Input, IsSlimsBeforeAnyOther) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.placeholder("mask", {1, 2, 2, 3});
  builder.node("out", "Mul", {"input", "mask"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'mask': a placeholder besides the input 'input': a network has one "
            "input; --input-node names it");
}

TEST(Input, IsAskedForWhereThereAreSeveral) {
  GraphBuilder builder;
  builder.placeholder("left", {1, 2, 2, 3});
  builder.placeholder("right", {1, 2, 2, 3});
  builder.node("out", "Add", {"left", "right"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has 2 placeholders; --input-node names the one for the image: 'left', "
            "'right'");
}

// What reads and scales the photo in front of it is not the network's.
TEST(Input, MayBeAnyNode) {
  GraphBuilder builder;
  builder.node("decode", "DecodeJpeg", {});
  builder.node("image", "Identity", {"decode"});
  builder.node("out", "Relu", {"image"});
  EXPECT_EQ(endpoints(builder, {.input_node = "image", .resolution = {{8, 6}}}),
            "image -> out, [1,8,6,3]");
}

TEST(Input, TakesOpenDimensionsFromTheRequest) {
  GraphBuilder builder;
  builder.placeholder("input", {-1, -1, -1, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'input': the model leaves the height or width of its input open; "
            "--resolution sets it");
  EXPECT_EQ(endpoints(builder, {.batch = 4, .resolution = {{8, 6}}}), "input -> out, [4,8,6,3]");
}

TEST(Input, KeepsAFixedResolution) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 4, 4, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder, {.resolution = {{4, 4}}}), "input -> out, [1,4,4,3]");
  EXPECT_EQ(endpoints(builder, {.resolution = {{8, 4}}}),
            "graph.pb: node 'input': the model fixes the input at 4x4; --resolution asks for 8x4");
}

// The shape [1,12] was written down for a batch of one.
TEST(Input, MayHaveAnotherBatchThanTheGraphs) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.integers("shape", {2}, {1, 12});
  builder.node("out", "Reshape", {"input", "shape"});
  const auto graph = import(builder.def, {.batch = 5});
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{5, 12}));
  EXPECT_EQ(import(builder.def, {.batch = 0}).error().blame(), Blame::Usage);
}

TEST(Input, MustBeAFloatImage) {
  GraphBuilder builder;
  builder.node("input", "Placeholder", {})
      .type("dtype", tensorflow::DT_HALF)
      .shape("shape", {1, 2, 2, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'input': the input is of type DT_HALF; slimc compiles float32 "
            "(DT_FLOAT) graphs");
  GraphBuilder flat;
  flat.placeholder("input", {1, 12});
  flat.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(flat),
            "graph.pb: node 'input': the input has 2 dimensions; expected an image [n,h,w,c]");
  GraphBuilder huge;
  huge.placeholder("input", {1 << 20, 1 << 20, 1 << 20, 1 << 20});
  huge.node("out", "Relu", {"input"});
  EXPECT_THAT(endpoints(huge), ::testing::HasSubstr("which is more than"));
}

}  // namespace
}  // namespace slimc::frontend
