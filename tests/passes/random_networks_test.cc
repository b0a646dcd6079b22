// A property of the whole pipeline: whatever the network, every pass keeps its outputs.
#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

// Something like a MobileNet, in a random spelling, with random sizes, and here and there something
// that passes must leave alone.
class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint64_t seed)
      : b_(Shape{1 + static_cast<std::int64_t>(seed % 2), 9 + static_cast<std::int64_t>(seed % 7),
                 12, 1 + static_cast<std::int64_t>(seed % 3)},
           seed) {}

  Graph build() {
    // A statement a draw: compilers differ in the order of arguments, and the same seed shall give
    // the same network.
    const std::int64_t channels = r().integer(1, 9);
    const std::int64_t first_stride = r().integer(1, 2);
    Value x = pad(b_.input());
    x = decorate(b_.conv(x, 3, channels, first_stride));
    for (std::int64_t blocks = r().integer(1, 4); blocks > 0; --blocks) {
      const Value before = x;
      const std::int64_t kernel = r().integer(1, 3);
      const std::int64_t stride = r().integer(1, 2);
      const std::int64_t multiplier = r().integer(1, 2);
      x = pad(x);
      x = decorate(b_.depthwise(x, kernel, stride, multiplier));
      x = decorate(b_.conv(x, 1, r().integer(1, 9)));
      if (b_.shape(before) == b_.shape(x) && r().coin()) {
        x = b_.add(OpKind::Add, {before, x});  // a residual: another user of what is before
      }
    }
    return b_.finish(head(x));
  }

 private:
  Random& r() { return b_.random(); }

  Value pad(Value x) {
    if (r().integer(0, 2) != 0) return x;
    return b_.add(OpKind::Pad, {x},
                  PadAttributes{{r().integer(0, 2), r().integer(0, 2), r().integer(0, 2), 1}});
  }

  // (x - mean) * rsqrt(variance + epsilon) * gamma + beta, in this order; without gamma or beta.
  Value centred_batch_norm(Value x) {
    const Shape c = b_.channels(x);
    const Value sum = b_.add(OpKind::Add, {b_.scalar(0.001f), b_.random_constant(c, 0.1, 2)});
    x = b_.add(OpKind::Sub, {x, b_.random_constant(c)});
    x = b_.add(OpKind::Mul, {b_.add(OpKind::Rsqrt, {sum}), x});
    if (r().coin()) x = b_.add(OpKind::Mul, {b_.random_constant(c, 0.5, 1.5), x});
    if (r().coin()) x = b_.add(OpKind::Add, {b_.random_constant(c), x});
    return x;
  }

  // beta - (mean - x) / sqrt(variance + epsilon), with statistics of shape [1,1,1,c].
  Value divided_batch_norm(Value x) {
    const Shape c{1, 1, 1, b_.shape(x)[3]};
    const Value variance = b_.random_constant(c, 0.1, 2);
    const Value root = b_.add(OpKind::Sqrt, {b_.add(OpKind::Add, {variance, b_.scalar(0.001f)})});
    x = b_.add(OpKind::Div, {b_.add(OpKind::Sub, {b_.random_constant(c), x}), root});
    return b_.add(OpKind::Sub, {b_.random_constant(c), x});
  }

  // What may stand behind a convolution.
  Value decorate(Value x) {
    if (r().coin()) x = b_.add(OpKind::Identity, {x});
    if (r().integer(0, 3) == 0) {
      x = b_.add(OpKind::BiasAdd, {x, b_.random_constant(b_.channels(x))});
    }
    switch (r().integer(0, 5)) {
      case 0:
        x = b_.batch_norm(x);
        break;
      case 1:
        x = b_.keras_batch_norm(x);
        break;
      case 4:
        x = centred_batch_norm(x);
        break;
      case 5:
        x = divided_batch_norm(x);
        break;
      case 2:
        x = b_.add(OpKind::Sub, {b_.random_constant(b_.channels(x)), x});
        break;
      default:
        break;
    }
    switch (r().integer(0, 7)) {
      case 6:
        return b_.add(OpKind::Minimum, {b_.scalar(6), b_.add(OpKind::Relu, {x})});
      case 7:  // scaled behind the activation
        return b_.add(OpKind::Mul, {b_.relu6(x), b_.scalar(0.5f)});
      case 0:
        return b_.relu6(x);
      case 1:
        return b_.add(OpKind::Relu, {x});
      case 2:
        return b_.add(OpKind::Minimum, {b_.add(OpKind::Maximum, {b_.scalar(0), x}), b_.scalar(6)});
      case 3:
        return b_.add(OpKind::Maximum, {b_.add(OpKind::Minimum, {x, b_.scalar(6)}), b_.scalar(0)});
      case 4:  // not relu6
        return b_.add(OpKind::Minimum, {b_.add(OpKind::Relu, {x}), b_.scalar(2)});
      default:
        return b_.batch_norm(b_.relu6(x));
    }
  }

  Value head(Value x) {
    const Shape shape = b_.shape(x);
    const std::int64_t classes = r().integer(2, 9);
    switch (r().integer(0, 2)) {
      case 0:
        x = b_.add(OpKind::AvgPool, {x},
                   PoolAttributes{.kernel_h = shape[1], .kernel_w = shape[2]});
        x = b_.reshape(x, Shape{shape[0], shape[3]});
        break;
      case 1:
        x = b_.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = false});
        if (r().coin()) {  // a sum, divided
          const auto pixels = static_cast<float>(shape[1] * shape[2]);
          x = b_.add(OpKind::Div, {b_.add(OpKind::Mul, {x, b_.scalar(pixels)}), b_.scalar(pixels)});
        }
        break;
      default:
        x = b_.reshape(x, Shape{shape[0], shape.elements() / shape[0]});
        break;
    }
    const std::int64_t features = b_.shape(x)[1];
    if (r().coin()) {
      x = b_.add(OpKind::MatMul, {x, b_.random_constant(Shape{features, classes})});
    } else {
      x = b_.conv(b_.reshape(x, Shape{shape[0], 1, 1, features}), 1, classes);
      x = b_.reshape(x, Shape{shape[0], classes});
    }
    if (r().coin()) x = b_.add(OpKind::Add, {x, b_.random_constant(Shape{1, classes})});
    if (r().coin()) x = b_.add(OpKind::Softmax, {x});
    return b_.add(OpKind::Dropout, {x});
  }

  GraphBuilder b_;
};

// Whether the output depends on the input, and is not all zeros: relu can kill every path of a
// small network, and such a network would hide what is broken.
bool is_alive(const Graph& graph) {
  const Shape& shape = graph.op(graph.input).shape;
  const auto first = reference::evaluate(graph, random_tensor(shape, 1, -4, 4)).data;
  const auto second = reference::evaluate(graph, random_tensor(shape, 2, -4, 4)).data;
  const auto is_zero = [](double x) { return x == 0; };
  return first != second && !std::all_of(first.begin(), first.end(), is_zero) &&
         !std::all_of(second.begin(), second.end(), is_zero);
}

Graph living_network(std::uint64_t seed) {
  while (true) {
    Graph graph = RandomNetwork(seed).build();
    if (is_alive(graph)) return graph;
    seed += 1000;
  }
}

class RandomNetworks : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomNetworks, KeepTheirOutputs) {
  const Graph before = living_network(GetParam());
  ASSERT_THAT(verify(before), ::testing::IsEmpty());
  const auto after = run_pipeline(before, [&](std::string_view pass, const Graph& graph) {
    SCOPED_TRACE(pass);
    expect_equal_outputs(before, graph, 1e-5);
  });
  ASSERT_TRUE(after) << after.error().to_string();
  EXPECT_EQ(count(*after, OpKind::Identity) + count(*after, OpKind::Dropout) +
                count(*after, OpKind::MatMul) + count(*after, OpKind::Pad),
            0);
  for (const Op& op : after->ops()) {
    if (op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D) {
      EXPECT_EQ(op.inputs.size(), 3u) << op.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetworks, ::testing::Range<std::uint64_t>(0, 100));

}  // namespace
}  // namespace slimc::testing
