#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

// Reshapes an input of [2,3,4,5] to the shape that `target` computes.
std::string reshaped_to(GraphBuilder builder, const std::string& target) {
  builder.placeholder("input", {2, 3, 4, 5});
  builder.node("out", "Reshape", {"input", target});
  const auto graph = import(builder.def, {.output_nodes = {"out"}});
  return graph ? graph->op(graph->output()).shape.to_string() : errors_of(graph);
}

// What Keras' Flatten and slim's flatten make: [shape(x)[0], -1].
TEST(ShapeArithmetic, FlattensByTheBatch) {
  GraphBuilder builder;
  builder.node("shape", "Shape", {"input"});
  builder.integers("zero", {1}, {0});
  builder.integers("one", {1}, {1});
  builder.node("batch", "StridedSlice", {"shape", "zero", "one", "one"})
      .integer("shrink_axis_mask", 1);
  builder.integers("rest", {}, {-1});
  builder.node("target", "Pack", {"batch", "rest"});
  EXPECT_EQ(reshaped_to(builder, "target"), "[2,60]");
}

TEST(ShapeArithmetic, SlicesMultipliesAndJoins) {
  GraphBuilder builder;
  builder.node("shape", "Shape", {"input"});
  builder.integers("zero", {1}, {0});
  builder.integers("one", {1}, {1});
  builder.integers("minus_one", {1}, {-1});
  builder.node("head", "StridedSlice", {"shape", "zero", "one", "one"}).integer("begin_mask", 1);
  builder.node("middle", "StridedSlice", {"shape", "one", "minus_one", "one"});
  builder.node("tail", "StridedSlice", {"shape", "minus_one", "zero", "one"})
      .integer("end_mask", 1);
  builder.node("pixels", "Prod", {"middle", "zero"}).flag("keep_dims", true);
  builder.integers("axis", {}, {0});
  builder.node("target", "ConcatV2", {"head", "pixels", "tail", "axis"});
  EXPECT_EQ(reshaped_to(builder, "target"), "[2,12,5]");
}

TEST(ShapeArithmetic, ComputesWithScalars) {
  GraphBuilder builder;
  builder.node("shape", "Shape", {"input"});
  builder.integers("two", {}, {2});
  builder.integers("one", {}, {1});
  builder.integers("axis", {}, {0});
  builder.node("height", "GatherV2", {"shape", "one", "axis"});  // 3
  builder.node("double", "Mul", {"height", "two"});              // 6
  builder.node("less", "Sub", {"double", "one"});                // 5
  builder.node("more", "AddV2", {"less", "one"});                // 6
  builder.node("wide", "Cast", {"more"}).type("DstT", tensorflow::DT_INT64);
  builder.node("most", "Maximum", {"wide", "two"});      // 6
  builder.node("least", "Minimum", {"most", "double"});  // 6
  builder.integers("rest", {}, {20});
  builder.node("target", "Pack", {"least", "rest"});
  EXPECT_EQ(reshaped_to(builder, "target"), "[6,20]");
}

// Rounded down, unlike C++'s: -7 is -4 * 2 + 1.
TEST(ShapeArithmetic, DividesAndCounts) {
  GraphBuilder builder;
  builder.integers("minus_seven", {}, {-7});
  builder.integers("two", {}, {2});
  builder.integers("eight", {}, {8});
  builder.integers("zero", {}, {0});
  builder.integers("one", {}, {1});
  builder.node("quotient", "FloorDiv", {"minus_seven", "two"});  // -4
  builder.node("rest", "FloorMod", {"minus_seven", "two"});      // 1
  builder.node("four", "Mul", {"quotient", "minus_one"});
  builder.integers("minus_one", {}, {-1});
  builder.node("rank", "Rank", {"input"});               // 4
  builder.node("size", "Size", {"input"});               // 120
  builder.node("thirty", "FloorDiv", {"size", "rank"});  // 30
  builder.node("target", "Pack", {"four", "rest", "thirty"});
  EXPECT_EQ(reshaped_to(builder, "target"), "[4,1,30]");
  builder.node("bad", "FloorMod", {"size", "zero"});
  EXPECT_EQ(reshaped_to(builder, "bad"), "graph.pb: node 'bad': divides by 0");
  builder.node("range", "Range", {"one", "rank", "one"});  // 1, 2, 3
  builder.node("product", "Prod", {"range", "zero"});
  builder.integers("twenty", {}, {20});
  builder.node("pair", "Pack", {"product", "twenty"});
  EXPECT_EQ(reshaped_to(builder, "pair"), "[6,20]");
  builder.integers("many", {}, {100000});
  builder.node("long", "Range", {"zero", "many", "one"});
  EXPECT_EQ(reshaped_to(builder, "long"),
            "graph.pb: node 'long': counts from 0 to 100000 by 1, which slimc does not compute");
}

TEST(ShapeArithmetic, RefusesElementsThatAreNotThere) {
  GraphBuilder builder;
  builder.node("shape", "Shape", {"input"});
  builder.integers("nine", {1}, {9});
  builder.integers("one", {1}, {1});
  builder.node("target", "StridedSlice", {"shape", "nine", "one", "one"})
      .integer("shrink_axis_mask", 1);
  EXPECT_EQ(reshaped_to(builder, "target"),
            "graph.pb: node 'target': takes element 9 of a vector of 4");
}

TEST(ShapeArithmetic, RefusesShapesThatDependOnPixels) {
  EXPECT_EQ(reshaped_to({}, "input"),
            "graph.pb: node 'out': its input 1 ('input') must be integers that are known at "
            "compile time");
}

}  // namespace
}  // namespace slimc::frontend
