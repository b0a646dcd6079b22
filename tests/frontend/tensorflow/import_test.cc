// What holds for a graph as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

GraphBuilder with_input() {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  return builder;
}

TEST(Import, LeavesTrainingAlone) {
  GraphBuilder builder = with_input();
  builder.node("out", "Relu", {"input"});
  builder.node("random", "RandomUniform", {"nowhere"});
  builder.node("loop", "Relu", {"loop"});
  const auto graph = import(builder.def, {.output_nodes = {"out"}});
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->ops().size(), 2u);
}

TEST(Import, ListsAllUnsupportedOpsAtOnce) {
  GraphBuilder builder = with_input();
  builder.node("a", "LRN", {"input"});
  builder.node("b", "Relu", {"a"});
  builder.node("c", "Softplus", {"b"});
  builder.node("unused", "Cumsum", {"b"});
  EXPECT_EQ(errors_of(import(builder.def, {.output_nodes = {"c"}})),
            "graph.pb: node 'a': op LRN is not supported\n"
            "graph.pb: node 'c': op Softplus is not supported");
}

TEST(Import, NamesTheNodesOnACycle) {
  GraphBuilder builder = with_input();
  builder.node("a", "Add", {"input", "c"});
  builder.node("b", "Relu", {"a"});
  builder.node("c", "Relu", {"b"});
  builder.node("out", "Relu", {"c"});
  EXPECT_EQ(errors_of(import(builder.def)),
            "graph.pb: node 'c': is on a cycle: 'c' -> 'b' -> 'a' -> 'c'");
}

TEST(Import, NamesAMissingInputAndADoubleName) {
  GraphBuilder builder = with_input();
  builder.node("out", "Add", {"input", "ghost"});
  EXPECT_EQ(errors_of(import(builder.def)),
            "graph.pb: node 'out': its input 'ghost' does not exist");
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(errors_of(import(builder.def)),
            "graph.pb: node 'out': there are two nodes of this name");
}

// Nodes behind a failed one are not mentioned; all others are.
TEST(Import, ReportsEveryIndependentProblem) {
  GraphBuilder builder = with_input();
  builder.floats("nan", {2}, {1, std::numeric_limits<float>::quiet_NaN()});
  builder.floats("weights", {1, 1, 3, 3}, {1});
  builder.conv2d("conv", "input", "weights").text("data_format", "NCHW");
  builder.node("sum", "Add", {"conv", "nan"});
  builder.node("out", "Relu", {"sum"});
  EXPECT_EQ(errors_of(import(builder.def)),
            "graph.pb: node 'conv': its data_format is NCHW; slimc reads NHWC graphs\n"
            "graph.pb: node 'nan': element 1 ([1]) is NaN; weights must be finite");
}

TEST(Import, RefusesOtherTypesOfConstants) {
  GraphBuilder builder = with_input();
  builder.strings("words", {"a"});
  builder.node("out", "Add", {"input", "words"});
  EXPECT_EQ(errors_of(import(builder.def)),
            "graph.pb: node 'words': is of type DT_STRING; slimc compiles float32 (DT_FLOAT) "
            "graphs");
}

TEST(Import, ReadsChainsOfAnyLength) {
  constexpr int kLength = 100000;
  GraphBuilder builder = with_input();
  std::string last = "input";
  for (int i = 0; i < kLength; ++i) {
    const std::string name = "node_" + std::to_string(i);
    builder.node(name, "Relu", {last});
    last = name;
  }
  const auto graph = import(builder.def, {.output_nodes = {last}});
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->ops().size(), kLength + 1u);
}

TEST(Import, ReadsOfAVariableAreTheConstant) {
  GraphBuilder builder = with_input();
  builder.floats("weights", {3}, {1, 2, 3});
  builder.node("weights/read", "Identity", {"weights"});
  builder.node("out", "Mul", {"input", "weights/read"});
  const auto graph = import(builder.def);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->ops().size(), 3u);
}

}  // namespace
}  // namespace slimc::frontend
