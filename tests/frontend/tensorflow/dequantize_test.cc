// Weights in 8 bits, against numbers worked out by hand from TensorFlow's formulas.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using testing::errors_of;
using testing::GraphBuilder;
using testing::import;
using testing::NodeBuilder;

class Dequantize : public ::testing::Test {
 protected:
  // An image whose two channels are multiplied by two numbers that were stored.
  void build(DataType type, const std::vector<int>& stored, const std::vector<float>& low,
             const std::vector<float>& high) {
    builder_.placeholder("image", {1, 1, 1, 2});
    NodeBuilder constant = builder_.node("stored", "Const", {});
    constant.type("dtype", type);
    auto& tensor = *constant.attr("value").mutable_tensor();
    tensor.set_dtype(type);
    tensor.mutable_tensor_shape()->add_dim()->set_size(std::ssize(stored));
    for (const int number : stored) tensor.mutable_tensor_content()->push_back(char(number));
    const auto dims =
        low.size() == 1 ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{std::ssize(low)};
    builder_.floats("low", dims, low);
    builder_.floats("high", dims, high);
    builder_.node("weights", "Dequantize", {"stored", "low", "high"}).type("T", type);
    builder_.node("out", "Mul", {"image", "weights"});
  }

  NodeBuilder dequantize() {
    for (auto& node : *builder_.def.mutable_node()) {
      if (node.name() == "weights") return NodeBuilder(node);
    }
    return NodeBuilder(*builder_.def.mutable_node(0));
  }

  std::vector<float> weights() {
    const auto graph = import(builder_.def);
    EXPECT_TRUE(graph.has_value()) << errors_of(graph);
    if (!graph) return {};
    return graph->constant(graph->op(graph->output()).inputs[1]).data;
  }

  GraphBuilder builder_;
};

// low + q * (high - low) / 255
TEST_F(Dequantize, MinCombined) {
  build(DataType::DT_QUINT8, {0, 255}, {-1}, {4.1f});
  EXPECT_THAT(weights(), ::testing::ElementsAre(-1, 4.1f));
}

// Signed: 128 is added first.
TEST_F(Dequantize, MinCombinedOfSigned) {
  build(DataType::DT_QINT8, {-128, -128 + 51}, {-1}, {4.1f});
  EXPECT_THAT(weights(), ::testing::ElementsAre(-1, ::testing::FloatNear(0.02f, 1e-7f)));
}

// Steps of 0.02; the range begins at -1.01, which is rounded to whole steps: -1.02 (-50.5 steps
// away from zero are -51). 51 is 0, as it was for whoever quantised.
TEST_F(Dequantize, MinFirst) {
  build(DataType::DT_QUINT8, {0, 51}, {-1.011f}, {4.089f});
  dequantize().text("mode", "MIN_FIRST");
  EXPECT_THAT(weights(), ::testing::Pointwise(::testing::FloatNear(1e-6f), {-1.02f, 0.0f}));
}

// q * max(low / -128, high / 127)
TEST_F(Dequantize, Scaled) {
  build(DataType::DT_QINT8, {-128, 100}, {-1.28f}, {2.54f});
  dequantize().text("mode", "SCALED");
  EXPECT_THAT(weights(), ::testing::Pointwise(::testing::FloatNear(1e-6f), {-2.56f, 2.0f}));
}

TEST_F(Dequantize, ScaledByChannel) {
  build(DataType::DT_QINT8, {10, 10}, {-1.27f, -2.54f}, {1.27f, 2.54f});
  dequantize().text("mode", "SCALED").integer("axis", 0).flag("narrow_range", true);
  EXPECT_THAT(weights(), ::testing::Pointwise(::testing::FloatNear(1e-6f), {0.1f, 0.2f}));
}

TEST_F(Dequantize, RefusesWhatItDoesNotKnow) {
  build(DataType::DT_QUINT8, {0, 1}, {0, 0}, {1, 1});
  EXPECT_EQ(errors_of(import(builder_.def)),
            "graph.pb: node 'weights': its range 'low' must be a constant of 1 numbers");
  dequantize().text("mode", "MEDIAN");
  EXPECT_EQ(errors_of(import(builder_.def)),
            "graph.pb: node 'weights': dequantises DT_QUINT8 by the mode 'MEDIAN', which slimc "
            "does not do");
  GraphBuilder b;
  b.placeholder("image", {1, 1, 1, 2});
  b.floats("low", {}, {0});
  b.node("out", "Dequantize", {"image", "low", "low"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'out': dequantises what is no constant: the network computes with "
            "quantised numbers, which slimc does not read in this form");
}

TEST_F(Dequantize, NeedsADequantize) {
  build(DataType::DT_QUINT8, {0, 1}, {0}, {1});
  builder_.node("wrong", "Mul", {"image", "stored"});
  EXPECT_EQ(errors_of(import(builder_.def, {.output_nodes = {"wrong"}})),
            "graph.pb: node 'wrong': its input 1 ('stored') is of type DT_QUINT8; expected "
            "float32");
}

// A small file must not become many large constants.
TEST_F(Dequantize, OfOneConstantAgainAndAgainIsBounded) {
  builder_.placeholder("image", {1, 1, 1, 1});
  NodeBuilder constant = builder_.node("stored", "Const", {});
  auto& tensor = *constant.type("dtype", DataType::DT_QUINT8).attr("value").mutable_tensor();
  tensor.set_dtype(DataType::DT_QUINT8);
  tensor.mutable_tensor_shape()->add_dim()->set_size(1 << 20);
  tensor.set_tensor_content(std::string(1 << 20, 'x'));
  builder_.floats("low", {}, {0});
  builder_.floats("high", {}, {1});
  std::string sum = "image";
  for (int i = 0; i < 6; ++i) {
    const std::string number = std::to_string(i);
    builder_.node("weights" + number, "Dequantize", {"stored", "low", "high"});
    builder_.node("sum" + number, "Add", {sum, "weights" + number});
    sum = "sum" + number;
  }
  EXPECT_THAT(errors_of(import(builder_.def)),
              ::testing::HasSubstr("node 'weights5': has 1048576 elements that the file has no "
                                   "values for"));
}

}  // namespace
}  // namespace slimc::frontend
