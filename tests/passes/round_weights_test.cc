#include <limits>
#include <map>

#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

RoundedGraph rounded(const Graph& graph) {
  Result<RoundedGraph> after = round_weights(graph);
  if (!after) {
    ADD_FAILURE() << after.error().to_string();
    return {graph, {}};
  }
  EXPECT_THAT(verify(after->graph), ::testing::IsEmpty());
  return std::move(*after);
}

// conv 3x3, depthwise 3x3, conv 1x1 with the given weights [1,1,2,3]; names as GraphBuilder's.
Graph network(std::vector<float> weights) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.depthwise(b.conv(b.input(), 3, 2, 1, true), 3, 1, 1, true);
  return b.finish(b.add(OpKind::Conv2D,
                        {x, b.constant(Shape{1, 1, 2, 3}, std::move(weights), "last/weights"),
                         b.constant(Shape{3}, {0.1f, 0.2f, 0.3f})},
                        ConvolutionAttributes{}));
}

const std::vector<float>& weights_of(const Graph& graph, const Op& op, std::size_t input) {
  return graph.constant(op.inputs[input]).data;
}

TEST(RoundWeights, OfThe1x1ConvolutionToTheNearestHalf) {
  const Graph before = network({0.1f, -0.2f, 1, 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 60000});
  const RoundedGraph after = rounded(before);
  expect_equal_outputs(before, after.graph, 1e-3);
  const Op& last = after.graph.op(after.graph.output());
  EXPECT_THAT(weights_of(after.graph, last, 1),
              ::testing::ElementsAre(0x1.998p-4f, -0x1.998p-3f, 1, 1, 1 + 0x1p-9f, 60000));
  EXPECT_EQ(after.graph.op(last.inputs[1]).name, "last/weights");
  EXPECT_EQ(after.rounding.weights, 6);
  EXPECT_EQ(after.rounding.to_subnormal, 0);
  EXPECT_EQ(after.rounding.to_zero, 0);
}

TEST(RoundWeights, NotTheOthersAndNoBias) {
  const Graph before = network({1, 2, 3, 4, 5, 6});  // are halves already
  const Graph after = rounded(before).graph;
  ASSERT_EQ(kinds(after), "Input Conv2D DepthwiseConv2D Conv2D");
  const auto constants = [](const Graph& graph) {
    std::map<std::string, std::vector<float>> data;
    for (const Op& op : graph.ops()) {
      if (op.kind == OpKind::Constant) data[op.name] = op.constant->data;
    }
    return data;
  };
  EXPECT_EQ(constants(before), constants(after));
}

TEST(RoundWeights, NotOfA1x1ConvolutionOfTheImage) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph before = b.finish(b.conv(b.input(), 1, 5));
  const RoundedGraph after = rounded(before);
  expect_equal_outputs(before, after.graph, kExact);
  EXPECT_EQ(after.rounding.weights, 0);
}

TEST(RoundWeights, ThePointwiseHalfOfABlock) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 8, 1, true);
  const Graph before = b.finish(b.conv(b.depthwise(x, 3, 1, 1, true), 1, 5, 1, true));
  const RoundedGraph after = rounded(before);
  expect_equal_outputs(before, after.graph, 1e-3);
  EXPECT_EQ(after.rounding.weights, 40);
  const auto depthwise = [](const Graph& graph) {
    return weights_of(graph, only(graph, OpKind::DepthwiseConv2D), 1);
  };
  const auto pointwise = [](const Graph& graph) {
    return weights_of(graph, graph.op(graph.output()), 1);
  };
  EXPECT_EQ(depthwise(after.graph), depthwise(before));
  EXPECT_NE(pointwise(after.graph), pointwise(before));
}

TEST(RoundWeights, CountsWhatLosesPrecision) {
  const WeightRounding r =
      rounded(network({0, 0x1p-26f, -0x1p-26f, 0x1p-15f, 0x1p-14f, -0x1p-24f})).rounding;
  EXPECT_EQ(r.weights, 6);
  EXPECT_EQ(r.to_zero, 2) << "not the one that was zero before";
  EXPECT_EQ(r.to_subnormal, 2);
}

TEST(RoundWeights, BeyondTheLargestHalfIsTheUsersProblem) {
  const auto after = round_weights(network({1, 2, 3, 4, 70000, 6}));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().to_string(),
            network({}).file +
                ": node 'last/weights': the folded weight of input channel 1, "
                "output channel 1 is 70000; 16-bit floats reach 65504, so these "
                "weights have to stay f32");
}

TEST(RoundWeights, SoIsNoNumber) {
  const auto after =
      round_weights(network({1, 2, std::numeric_limits<float>::quiet_NaN(), 4, 5, 6}));
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().to_string(),
              ::testing::EndsWith("node 'last/weights': the folded weight of input channel 0, "
                                  "output channel 2 is nan; 16-bit floats reach 65504, so these "
                                  "weights have to stay f32"));
}

}  // namespace
}  // namespace slimc::testing
