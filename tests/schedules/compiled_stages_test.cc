// Compiled stages against the double-precision reference, over random shapes: sizes and channels
// that no vector width divides, both strides, dilation, odd padding, depth multipliers, every
// activation, any head, batches and threads, images scaled in any way, several outputs; weights as
// 32-bit and as 16-bit floats.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/schedules/compiled_network.h"

namespace slimc {
namespace {

using Random = std::mt19937;

std::int64_t draw(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random() % static_cast<unsigned>(high - low + 1));
}

float draw_float(Random& random, float low, float high) {
  return low + (high - low) * static_cast<float>(random() >> 8) / static_cast<float>(1 << 24);
}

// A network like MobileNet in its structure and unlike any in its numbers.
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed) {}

  Graph build() {
    graph_.name = "random_network";
    graph_.file = "random";
    const std::int64_t channels = draw(random_, 0, 3) == 0 ? draw(random_, 1, 5) : 3;
    Op input;
    input.kind = OpKind::Input;
    input.name = "input";
    // One in four smaller than any vector or tile.
    const bool tiny = draw(random_, 0, 3) == 0;
    const std::int64_t least = tiny ? 1 : 7, most = tiny ? 5 : 45;
    input.shape = {draw(random_, 1, 2), draw(random_, least, most), draw(random_, least, most),
                   channels};
    Value x = graph_.input = graph_.add(std::move(input));
    if (draw(random_, 0, 1) == 0) graph_.pixels = random_pixels(channels);
    if (draw(random_, 0, 2) == 0) x = scaled(x, channels);

    // One in six is the rest of a network that was cut in the middle.
    if (draw(random_, 0, 5) != 0) x = convolution(OpKind::Conv2D, x, 3, draw(random_, 1, 40));
    for (std::int64_t block = draw(random_, 1, 3); block > 0; --block) {
      const std::int64_t kernel = draw(random_, 0, 3) == 0 ? 5 : 3;
      x = convolution(OpKind::DepthwiseConv2D, x, kernel, draw(random_, 0, 4) == 0 ? 2 : 1);
      if (draw(random_, 0, 5) != 0) x = convolution(OpKind::Conv2D, x, 1, draw(random_, 1, 90));
      if (draw(random_, 0, 2) == 0) x = with_shortcut(x);
    }
    head(x);
    if (draw(random_, 0, 2) == 0) add_outputs();
    return graph_;
  }

 private:
  // Any scale and offset, for all channels or one for each.
  PixelEncoding random_pixels(std::int64_t channels) {
    PixelEncoding pixels{.scale = {}, .offset = {}};
    for (auto* numbers : {&pixels.scale, &pixels.offset}) {
      const std::int64_t count = draw(random_, 0, 1) == 0 ? 1 : channels;
      for (std::int64_t c = 0; c < count; ++c) numbers->push_back(draw_float(random_, -1, 1));
    }
    for (double& scale : pixels.scale) scale = (scale + 2) / 255;
    if (channels == 3 && draw(random_, 0, 1) == 0) pixels.order = ChannelOrder::Bgr;
    return pixels;
  }

  // What a model does to its image, in one of the spellings.
  Value scaled(Value x, std::int64_t channels) {
    const Shape each{draw(random_, 0, 1) == 0 ? 1 : channels};
    switch (draw(random_, 0, 3)) {
      case 0:
        return add(OpKind::Sub, {x, constant(each, 2)});
      case 1:
        return add(OpKind::Mul, {x, constant(each, 0.5f, 1)});
      case 2:
        return add(OpKind::Div, {add(OpKind::Sub, {x, constant(each, 2)}), constant(each, 1, 2)});
      default:
        return add(OpKind::Add,
                   {add(OpKind::Mul, {x, constant(each, 1, 0.5f)}), constant(each, 2)});
    }
  }

  // Some values inside the network are results, too: of convolutions before their activation, of
  // whole blocks, of the pool.
  void add_outputs() {
    for (std::int64_t more = draw(random_, 1, 3); more > 0; --more) {
      const int op = static_cast<int>(draw(random_, 0, graph_.output().op));
      const Op& chosen = graph_.op(Value{op});
      const bool computed = chosen.kind == OpKind::BiasAdd || chosen.kind == OpKind::Relu ||
                            chosen.kind == OpKind::Relu6 || chosen.kind == OpKind::Activate ||
                            chosen.kind == OpKind::Mean || chosen.kind == OpKind::Softmax;
      if (computed) graph_.add_output("more/" + chosen.name, Value{op});
    }
  }

  // Uniform around `middle`.
  Value constant(Shape shape, float bound, float middle = 0) {
    Tensor t;
    t.shape = std::move(shape);
    t.data.resize(static_cast<std::size_t>(t.shape.elements()));
    for (float& v : t.data) v = middle + draw_float(random_, -bound, bound);
    return graph_.add_constant("constant_" + std::to_string(graph_.ops().size()), std::move(t));
  }

  Value add(OpKind kind, std::vector<Value> inputs, Attributes attributes = {}) {
    Op op;
    op.kind = kind;
    op.name = std::string(name_of(kind)) + "_" + std::to_string(graph_.ops().size());
    op.inputs = std::move(inputs);
    op.attributes = std::move(attributes);
    return graph_.add(std::move(op));
  }

  // `channels` of output; for a depthwise the multiplier.
  Value convolution(OpKind kind, Value x, std::int64_t kernel, std::int64_t channels) {
    const Shape in = graph_.op(x).shape;
    ConvolutionAttributes a;
    if (kernel > 1) {
      a.stride_h = a.stride_w = draw(random_, 1, 2);
      const bool depthwise = kind == OpKind::DepthwiseConv2D;
      if (depthwise && a.stride_h == 1 && draw(random_, 0, 3) == 0) a.dilation_h = a.dilation_w = 2;
      const bool fits =
          in[1] >= (kernel - 1) * a.dilation_h + 1 && in[2] >= (kernel - 1) * a.dilation_w + 1;
      switch (fits ? draw(random_, 0, 3) : 0) {
        case 0:
        case 1:
          a.padding = same_padding(in[1], in[2], kernel, kernel, a.stride_h, a.stride_w,
                                   a.dilation_h, a.dilation_w);
          break;
        case 2:  // Keras before 2.3: one pixel all around
          a.padding = {1, 1, 1, 1};
          break;
        default:  // VALID
          break;
      }
    }
    const float fan_in = static_cast<float>(kernel * kernel * (kind == OpKind::Conv2D ? in[3] : 1));
    const Value weights = constant({kernel, kernel, in[3], channels}, std::sqrt(6.0f / fan_in));
    const Value y = add(kind, {x, weights}, a);
    const std::int64_t out_channels = graph_.op(y).shape[3];
    const Value biased = add(OpKind::BiasAdd, {y, constant({out_channels}, 0.5f)});
    return activated(biased);
  }

  // A pointwise that keeps the shape, and a sum around it.
  Value with_shortcut(Value x) {
    const std::int64_t channels = graph_.op(x).shape[3];
    return activated(add(OpKind::Add, {x, convolution(OpKind::Conv2D, x, 1, channels)}));
  }

  Value activated(Value x) {
    const ActivationFunction functions[] = {{Activation::LeakyRelu, 0.2f},
                                            {Activation::Clip, -0.5f, 1.5f},
                                            Activation::Sigmoid,
                                            Activation::Tanh,
                                            {Activation::HardSigmoid, 0.2f, 0.5f},
                                            {Activation::Elu, 1},
                                            Activation::Swish,
                                            Activation::HardSwish};
    switch (draw(random_, 0, 5)) {
      case 0:
        return x;
      case 1:
        return add(OpKind::Relu, {x});
      case 2: {
        const auto any = static_cast<std::size_t>(draw(random_, 0, std::ssize(functions) - 1));
        return add(OpKind::Activate, {x}, ActivateAttributes{functions[any]});
      }
      default:
        return add(OpKind::Relu6, {x});
    }
  }

  void head(Value x) {
    const std::int64_t kind = draw(random_, 0, 4);
    if (kind == 0) {  // features only
      graph_.set_output(x);
      return;
    }
    const Shape in = graph_.op(x).shape;
    if (kind == 4 && draw(random_, 0, 1) == 0) {  // a Dense of the whole image
      const std::int64_t row = in[1] * in[2] * in[3], classes = draw(random_, 1, 30);
      x = add(OpKind::Reshape, {x}, ReshapeAttributes{Shape{in[0], row}});
      const float bound = std::sqrt(6.0f / static_cast<float>(row));
      graph_.set_output(activated(add(OpKind::MatMul, {x, constant({row, classes}, bound)})));
      return;
    }
    if (kind == 1) {
      ReduceAttributes keep;
      keep.keep_dims = true;
      x = add(draw(random_, 0, 1) == 0 ? OpKind::Max : OpKind::Mean, {x}, keep);
    } else {
      PoolAttributes window;
      window.kernel_h = draw(random_, 1, in[1]), window.kernel_w = draw(random_, 1, in[2]);
      window.stride_h = window.stride_w = 2;
      x = add(kind == 2 ? OpKind::MaxPool : OpKind::AvgPool, {x}, window);
    }
    if (draw(random_, 0, 3) == 0) x = activated(x);
    if (draw(random_, 0, 3) != 0) {
      x = convolution(OpKind::Conv2D, x, 1, draw(random_, 1, 130));
      if (draw(random_, 0, 3) != 0) x = add(OpKind::Softmax, {x});
    }
    graph_.set_output(x);
  }

  Random random_;
  Graph graph_;
};

class CompiledStages
    : public ::testing::TestWithParam<std::tuple<std::string, unsigned, ElementType>> {};

TEST_P(CompiledStages, AgreeWithTheReference) {
  const auto& [target_name, seed, weights_type] = GetParam();
  const auto target = parse_target(target_name);
  ASSERT_TRUE(target) << target.error().to_string();
  if (!target->is_host_compatible) GTEST_SKIP() << target_name << " does not run on this machine";

  const Graph graph = RandomNetwork(seed).build();
  ASSERT_TRUE(verify(graph).empty()) << verify(graph).front();
  SCOPED_TRACE(print(graph));

  CompileOptions options = testing::options_for_tests(target->name);
  options.plan.precision.weights = weights_type;
  const auto built = testing::expect_agrees(graph, options, seed, static_cast<int>(1 + seed % 3));
  ASSERT_TRUE(built);
  const CompiledLibrary& library = built->library;
  EXPECT_EQ(library.rounding.has_value(), weights_type == ElementType::Float16);
  const bool stores_halves = library.rounding && library.rounding->weights > 0;
  EXPECT_EQ(library.header.find("stored as 16-bit floats") != std::string::npos, stores_halves);
}

// Every function at its corners: where exponentials leave the floats, and where digits are lost.
TEST(CompiledActivations, AreRightForAnyNumber) {
  const ActivationFunction functions[] = {Activation::Relu6,
                                          {Activation::LeakyRelu, -0.3f},
                                          {Activation::Clip, 3, 1},
                                          Activation::Sigmoid,
                                          {Activation::HardSigmoid, 0.2f, 0.5f},
                                          Activation::Tanh,
                                          {Activation::Elu, 0.5f},
                                          Activation::Swish,
                                          Activation::HardSwish};
  std::vector<float> numbers = {0};
  for (const float x : {1e-30f, 1e-6f, 0.01f, 0.24f, 0.26f, 1.0f, 3.0f, 20.0f, 87.0f, 89.0f, 1e4f,
                        1.4e9f, 1.6e9f, 1e30f, 3e37f}) {
    numbers.push_back(x);
    numbers.push_back(-x);
  }
  const auto count = static_cast<std::int64_t>(numbers.size());
  for (const ActivationFunction& function : functions) {
    SCOPED_TRACE(name_of(function.kind));
    Graph graph;
    graph.name = "corners";
    graph.file = "test";
    graph.input = graph.add({.kind = OpKind::Input, .name = "input", .shape = {1, 1, count, 1}});
    const Value one = graph.add_constant("one", {Shape{1, 1, 1, 1}, {1}});
    const Value same = graph.add({.kind = OpKind::Conv2D,
                                  .name = "same",
                                  .inputs = {graph.input, one},
                                  .attributes = ConvolutionAttributes{}});
    graph.set_output(graph.add({.kind = OpKind::Activate,
                                .name = "activate",
                                .inputs = {same},
                                .attributes = ActivateAttributes{function}}));
    const std::vector<float> results =
        testing::run_compiled(graph, testing::options_for_tests("host"), numbers);
    ASSERT_EQ(results.size(), numbers.size());
    const std::vector<double> expected = testing::run_reference(graph, numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double wanted = expected[i];
      EXPECT_NEAR(results[i], wanted, 2e-7 * std::max(1.0, std::abs(wanted))) << numbers[i];
    }
  }
}

std::string name_of_case(const ::testing::TestParamInfo<CompiledStages::ParamType>& info) {
  const auto& [target, seed, weights_type] = info.param;
  std::string name = target + "_" + std::to_string(seed);
  if (weights_type == ElementType::Float16) name += "_f16";
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Random, CompiledStages,
                         ::testing::Combine(::testing::Values("x86-64", "x86-64-v3", "x86-64-v4"),
                                            ::testing::Range(1u, 13u),
                                            ::testing::Values(ElementType::Float32)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(HalfWeights, CompiledStages,
                         ::testing::Combine(::testing::Values("x86-64-v3", "x86-64-v4"),
                                            ::testing::Range(1u, 6u),
                                            ::testing::Values(ElementType::Float16)),
                         name_of_case);

}  // namespace
}  // namespace slimc
