// The pipeline as a whole, on MobileNets of all spellings.
#include <set>

#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

Graph optimise(const Graph& before, double tolerance = 2e-6) {
  EXPECT_THAT(verify(before), ::testing::IsEmpty());
  Result<Graph> after = run_pipeline(before);
  if (!after) {
    ADD_FAILURE() << after.error().to_string();
    return before;
  }
  expect_equal_outputs(before, *after, tolerance, 1);
  return *after;
}

std::string repeat(const std::string& word, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += " " + word;
  return text;
}

// The body of MobileNet v1 with eighth the channels, 32x32 pixels; `normalise` and `activate` spell
// batch norm and relu6.
template <typename Normalise, typename Activate>
Value body(GraphBuilder& b, const Normalise& normalise, const Activate& activate) {
  Value x = activate(normalise(b.conv(b.input(), 3, 4, 2)));
  const int strides[] = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
  const int channels[] = {8, 16, 16, 32, 32, 64, 64, 64, 64, 64, 64, 128, 128};
  for (int i = 0; i < 13; ++i) {
    x = activate(normalise(b.depthwise(x, 3, strides[i])));
    x = activate(normalise(b.conv(x, 1, channels[i])));
  }
  return x;
}

const std::string kBody = "Input Conv2D" + repeat("DepthwiseConv2D Conv2D", 13);

void expect_activations(const Graph& graph) {
  int blocks = 0;
  for (const Op& op : graph.ops()) {
    const bool pointwise =
        op.kind == OpKind::Conv2D && graph.op(op.inputs[0]).kind == OpKind::DepthwiseConv2D;
    if (op.kind != OpKind::DepthwiseConv2D && !pointwise) continue;
    blocks += pointwise ? 1 : 0;
    EXPECT_EQ(op.attributes_as<ConvolutionAttributes>().activation, Activation::Relu6);
  }
  EXPECT_EQ(blocks, 13);
}

// Slim's evaluation graph: weights through Identity, FusedBatchNorm, dropout, squeeze.
TEST(Pipeline, SlimsMobileNet) {
  GraphBuilder b(Shape{2, 32, 32, 3});
  Value x = body(
      b, [&](Value v) { return b.batch_norm(v); }, [&](Value v) { return b.relu6(v); });
  x = b.add(OpKind::AvgPool, {x}, PoolAttributes{.kernel_h = 1, .kernel_w = 1});
  x = b.add(OpKind::Dropout, {b.add(OpKind::Identity, {x})});
  x = b.add(OpKind::BiasAdd, {b.conv(x, 1, 11), b.random_constant(Shape{11})});
  x = b.reshape(x, Shape{2, 11});  // squeeze
  x = b.add(OpKind::Softmax, {b.reshape(x, Shape{2, 11})});
  const Graph after = optimise(b.finish(b.reshape(x, Shape{2, 11})));
  EXPECT_EQ(kinds(after), kBody + " AvgPool Conv2D Softmax Reshape");
  expect_activations(after);
}

// Keras: explicit padding, batch norm and relu6 in primitive ops, mean without dims.
TEST(Pipeline, KerasMobileNet) {
  GraphBuilder b(Shape{1, 32, 32, 3});
  Value x = body(
      b, [&](Value v) { return b.keras_batch_norm(v); },
      [&](Value v) {
        const Value relu = b.add(OpKind::Relu, {v});
        const Value low = b.add(OpKind::Minimum, {relu, b.scalar(6)});
        return b.add(OpKind::Maximum, {low, b.scalar(0)});
      });
  x = b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = false});
  x = b.add(OpKind::Dropout, {b.reshape(x, Shape{1, 1, 1, 128})});
  x = b.add(OpKind::BiasAdd, {b.conv(x, 1, 10), b.random_constant(Shape{10})});
  const Graph after = optimise(b.finish(b.add(OpKind::Softmax, {b.reshape(x, Shape{1, 10})})));
  EXPECT_EQ(kinds(after), kBody + " Mean Conv2D Softmax Reshape");
  expect_activations(after);
}

// The mean as a sum times 1/16, and a classifier behind it: no op more than the mean itself.
TEST(Pipeline, AMeanWrittenAsASum) {
  GraphBuilder b(Shape{2, 4, 4, 8});
  Value x =
      b.add(OpKind::Mean, {b.relu6(b.conv(b.input(), 1, 8))}, ReduceAttributes{.keep_dims = false});
  x = b.add(OpKind::Mul, {b.add(OpKind::Mul, {x, b.scalar(16)}), b.scalar(1.0f / 16)});
  x = b.add(OpKind::MatMul, {x, b.random_constant(Shape{8, 5})});
  const Graph after = optimise(b.finish(b.add(OpKind::Softmax, {x})));
  EXPECT_EQ(kinds(after), "Input Conv2D Mean Conv2D Softmax Reshape");
}

// A classifier as a dense layer on flattened pixels.
TEST(Pipeline, ADenseClassifier) {
  GraphBuilder b(Shape{2, 4, 4, 8});
  Value x = b.add(OpKind::AvgPool, {b.input()}, PoolAttributes{.kernel_h = 4, .kernel_w = 4});
  x = b.reshape(x, Shape{2, 8});
  x = b.add(OpKind::MatMul, {x, b.random_constant(Shape{8, 5})});
  x = b.add(OpKind::Add, {x, b.random_constant(Shape{5})});
  const Graph after = optimise(b.finish(b.add(OpKind::Softmax, {x})));
  EXPECT_EQ(kinds(after), "Input AvgPool Conv2D Softmax Reshape");
  EXPECT_EQ(only(after, OpKind::Conv2D).inputs.size(), 3u);
}

TEST(Pipeline, ExplicitPaddingInFrontOfEveryStride) {
  GraphBuilder b(Shape{1, 8, 8, 3});
  Value x = b.add(OpKind::Pad, {b.input()}, PadAttributes{{.bottom = 1, .right = 1}});
  x = b.add(OpKind::DepthwiseConv2D, {x, b.random_constant(Shape{3, 3, 3, 1})},
            ConvolutionAttributes{.stride_h = 2, .stride_w = 2});
  x = b.relu6(b.batch_norm(b.conv(b.relu6(b.batch_norm(x)), 1, 5)));
  EXPECT_EQ(kinds(optimise(b.finish(x))), "Input DepthwiseConv2D Conv2D");
}

TEST(Pipeline, CallsAfterEachPassInOrder) {
  GraphBuilder b(Shape{1, 8, 8, 3});
  const Graph before = b.finish(b.relu6(b.conv(b.input(), 3, 5)));
  std::vector<std::string_view> called;
  std::string last;
  const auto after = run_pipeline(before, [&](std::string_view pass, const Graph& graph) {
    called.push_back(pass);
    last = print(graph);
  });
  ASSERT_TRUE(after);
  std::vector<std::string_view> expected;
  for (const Pass& pass : pipeline()) expected.push_back(pass.name);
  EXPECT_EQ(called, expected);
  EXPECT_EQ(last, print(*after));
}

TEST(Pipeline, NamesAreUniqueAndReasonsGiven) {
  std::set<std::string_view> names;
  for (const Pass& pass : pipeline()) {
    EXPECT_TRUE(names.insert(pass.name).second) << pass.name;
    EXPECT_FALSE(pass.why.empty()) << pass.name;
  }
}

TEST(Pipeline, RunsTwiceWithoutChange) {
  GraphBuilder b(Shape{2, 32, 32, 3});
  const Value x = body(
      b, [&](Value v) { return b.batch_norm(v); }, [&](Value v) { return b.relu6(v); });
  const Graph once = optimise(b.finish(x));
  EXPECT_EQ(print(optimise(once, kExact)), print(once));
}

TEST(Pipeline, StopsAtTheModelsFault) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  const Value bad = b.add(OpKind::Sqrt, {b.scalar(-1)});
  const auto after = run_pipeline(b.finish(b.add(OpKind::Add, {b.input(), bad})));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().blame(), Blame::Input);
}

TEST(PipelineDeathTest, RefusesAGraphThatDoesNotVerify) {
  GraphBuilder b(Shape{1, 8, 8, 3});
  Graph graph = b.finish(b.relu6(b.input()));
  graph.op(graph.output()).shape = Shape{1, 8, 8, 4};
  EXPECT_DEATH(static_cast<void>(run_pipeline(graph)), "internal error of slimc");
}

}  // namespace
}  // namespace slimc::testing
