// Networks that are no chain, compiled, against the double-precision reference: values that several
// ops read, sums of them, the image read in other ways than by a convolution, results that are
// reshaped on the way, and channels that lie with a gap behind them (a multiple of 256).
#include <gtest/gtest.h>

#include "tests/common/graph_builder.h"
#include "tests/common/long_form.h"
#include "tests/schedules/compiled_network.h"

namespace slimc::testing {
namespace {

// The rest of the network behind a value: of an image, the mean of it and ten classes.
Graph classified(GraphBuilder& b, Value x) {
  const Value mean = b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true});
  return b.finish(b.add(OpKind::Softmax, {b.conv(mean, 1, 10)}));
}

void expect_agrees_on_this_machine(const Graph& graph, std::uint64_t seed = 1) {
  ASSERT_TRUE(verify(graph).empty()) << verify(graph).front();
  SCOPED_TRACE(print(graph));
  EXPECT_TRUE(
      expect_agrees(graph, options_for_tests("host"), seed, 1 + static_cast<int>(seed % 3)));
}

// A residual network whose blocks begin with their activation: the sum is read with and without it.
TEST(CompiledBranches, ActivationsBesideAShortcut) {
  GraphBuilder b({1, 10, 10, 3});
  const Value x = b.conv(b.input(), 3, 256);
  const Value active = b.add(OpKind::Relu, {x});
  const Value y = b.conv(b.depthwise(active, 3), 1, 256);
  expect_agrees_on_this_machine(
      classified(b, b.add(OpKind::Add, {active, b.add(OpKind::Add, {x, y})})));
}

TEST(CompiledBranches, ResultsWithAGapBehindTheirChannels) {
  for (const OpKind kind : {OpKind::Softmax, OpKind::Relu, OpKind::AvgPool, OpKind::Add}) {
    SCOPED_TRACE(name_of(kind));
    GraphBuilder b({1, 7, 9, 3});
    Value x = b.conv(b.input(), 3, 256);
    switch (kind) {
      case OpKind::AvgPool:
        x = b.add(kind, {x}, PoolAttributes{.kernel_h = 2, .kernel_w = 3});
        break;
      case OpKind::Add:
        x = b.add(kind, {x, b.depthwise(x, 3)});
        break;
      default: {
        const Value of = x;
        x = b.add(kind, {of});
        b.graph().add_output("raw", of);  // so that no stage applies it on the way
      }
    }
    const Graph graph = classified(b, b.depthwise(x, 3));
    expect_agrees_on_this_machine(graph);
  }
}

TEST(CompiledBranches, ImagesInASumOnEitherSide) {
  for (const bool first : {true, false}) {
    GraphBuilder b({2, 12, 9, 3});
    const Value y = b.conv(b.input(), 3, 3);
    expect_agrees_on_this_machine(classified(
        b, b.add(OpKind::Add, first ? std::vector{b.input(), y} : std::vector{y, b.input()})));
  }
}

// As it came and scaled, beside a convolution of it and without one.
TEST(CompiledBranches, ImagesThatAreResults) {
  for (const bool convolved : {true, false}) {
    GraphBuilder b({2, 5, 7, 3});
    const Value scaled = b.add(OpKind::ScaleImage, {b.input(), b.constant({3}, {0.5f, 2, -3}),
                                                    b.constant({3}, {0.25f, -1, 0})});
    b.graph().add_output("scaled", scaled);
    if (convolved) {
      b.graph().add_output("image", b.input());
      expect_agrees_on_this_machine(classified(b, b.conv(scaled, 3, 8)));
    } else {
      expect_agrees_on_this_machine(b.finish(b.input()));
    }
  }
}

// A dense layer of every pixel, and one whose batch is the pixels: matrices of [pixels, channels].
TEST(CompiledBranches, MatricesOfPixels) {
  for (const std::int64_t batch : {1, 2}) {
    GraphBuilder b({batch, 4, 6, 3});
    const Value x = b.reshape(b.relu6(b.conv(b.input(), 3, 10)), {batch * 24, 10});
    const Value product = b.add(OpKind::MatMul, {x, b.random_constant({10, 12})});
    const Value sum = b.add(OpKind::Add, {product, b.add(OpKind::Relu, {product})});
    const Value flat = b.reshape(sum, {batch, 24 * 12});
    const Value all = b.add(OpKind::MatMul, {flat, b.random_constant({24 * 12, 7}, -0.1, 0.1)});
    b.graph().add_output("pixels", b.add(OpKind::Softmax, {sum}));
    expect_agrees_on_this_machine(b.finish(b.add(OpKind::Softmax, {all})));
  }
}

// Any of the values so far is read, whether something else reads it or not.
class RandomBranches {
 public:
  explicit RandomBranches(std::uint64_t seed)
      : b_({1 + static_cast<std::int64_t>(seed % 2), 8 + static_cast<std::int64_t>(seed % 11),
            6 + static_cast<std::int64_t>(seed % 7), 3},
           seed) {}

  Graph build() {
    values_ = {b_.input(), b_.relu6(b_.conv(b_.input(), 3, width(), r().integer(1, 2)))};
    for (std::int64_t more = r().integer(3, 8); more > 0; --more) values_.push_back(next());
    const Value mean = b_.add(OpKind::Mean, {values_.back()}, ReduceAttributes{.keep_dims = true});
    const Value result = b_.conv(mean, 1, r().integer(2, 40));
    if (r().coin()) b_.graph().add_output("more", any());
    return b_.finish(r().coin() ? b_.add(OpKind::Softmax, {result}) : result);
  }

 private:
  Random& r() { return b_.random(); }
  std::int64_t width() {
    constexpr std::int64_t kWidths[] = {5, 8, 16, 30, 32, 64, 256};
    return kWidths[r().integer(0, std::ssize(kWidths) - 1)];
  }
  Value any() {  // of stages
    return values_[static_cast<std::size_t>(r().integer(1, std::ssize(values_) - 1))];
  }

  Value next() {
    const Value x = r().integer(0, 7) == 0 ? b_.input() : any();
    const Shape& shape = b_.shape(x);
    switch (r().integer(0, 7)) {
      case 0:
      case 1: {  // a block, which may be one stage
        const std::int64_t stride = shape[1] >= 4 && shape[2] >= 4 ? r().integer(1, 2) : 1;
        return b_.relu6(b_.conv(b_.depthwise(x, 3, stride, 1, true), 1, width(), 1, true));
      }
      case 2:
        return b_.depthwise(x, r().coin() ? 3 : 5);
      case 3:
        return b_.conv(x, 1, width());
      case 4:
        return b_.add(r().coin() ? OpKind::Relu : OpKind::Softmax, {x});
      case 5:
        if (shape[1] < 3 || shape[2] < 3) return b_.add(OpKind::Relu6, {x});
        return b_.add(r().coin() ? OpKind::MaxPool : OpKind::AvgPool, {x},
                      PoolAttributes{.kernel_h = 2, .kernel_w = 2});
      default:
        return sum(x);
    }
  }

  // With a value of the same shape, or with one that is made so.
  Value sum(Value x) {
    std::vector<Value> same;
    for (const Value y : values_) {
      if (b_.shape(y) == b_.shape(x)) same.push_back(y);
    }
    Value y = b_.depthwise(x, 3);
    if (r().coin()) y = same[static_cast<std::size_t>(r().integer(0, std::ssize(same) - 1))];
    const Value both = b_.add(OpKind::Add, r().coin() ? std::vector{x, y} : std::vector{y, x});
    return r().coin() ? b_.relu6(both) : both;
  }

  GraphBuilder b_;
  std::vector<Value> values_;
};

class CompiledRandomBranches : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(CompiledRandomBranches, AgreeWithTheReference) {
  expect_agrees_on_this_machine(RandomBranches(GetParam()).build(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, CompiledRandomBranches, ::testing::Range<std::uint64_t>(0, 10));

TEST(CompiledRandomBranchesLong, AgreeWithTheReference) {
  const std::uint64_t cases = number_of("SLIMC_BRANCH_CASES", 0);
  if (cases == 0) GTEST_SKIP() << "set SLIMC_BRANCH_CASES to run more cases";
  const std::uint64_t first = number_of("SLIMC_BRANCH_SEED", 1000);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    SCOPED_TRACE(seed);
    expect_agrees_on_this_machine(RandomBranches(seed).build(), seed);
  }
}

}  // namespace
}  // namespace slimc::testing
