// Reductions of many terms against the double-precision reference. The numbers are far from zero,
// where a plain sum of floats loses most: it soon is so large that terms are rounded to its digits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/schedules/compiled_network.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kRoundOff = 1.0 / (1 << 24);  // of one float operation, relative

struct Range {
  float low, high;
};

std::vector<float> numbers(std::int64_t count, Range range) {
  std::mt19937 random(1);
  std::vector<float> result(static_cast<std::size_t>(count));
  for (float& v : result) {
    const float uniform = static_cast<float>(random() >> 8) / static_cast<float>(1 << 24);
    v = range.low + (range.high - range.low) * uniform;
  }
  return result;
}

Graph graph_of(const Shape& input) {
  Graph graph;
  graph.name = "long_sums";
  graph.file = "test";
  graph.input = graph.add({.kind = OpKind::Input, .name = "input", .shape = input});
  return graph;
}

// The largest difference from the reference over the largest magnitude in it.
double error_of(const Graph& graph, const std::string& target, const std::vector<float>& input) {
  const std::vector<float> results =
      testing::run_compiled(graph, testing::options_for_tests(target), input);
  const std::vector<double> expected = testing::run_reference(graph, input);
  if (results.size() != expected.size()) return kInfinity;
  double largest = 0, magnitude = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double difference = std::abs(results[i] - expected[i]);
    largest = std::isfinite(results[i]) ? std::max(largest, difference) : kInfinity;
    if (largest == kInfinity) break;
    magnitude = std::max(magnitude, std::abs(expected[i]));
  }
  return largest / magnitude;
}

class LongSums : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!parse_target(GetParam())->is_host_compatible) GTEST_SKIP() << "not on this machine";
  }
};

Graph mean_of(std::int64_t side) {
  Graph graph = graph_of({1, side, side, 1});
  graph.set_output(graph.add({.kind = OpKind::Mean,
                              .name = "mean",
                              .inputs = {graph.input},
                              .attributes = ReduceAttributes{}}));
  return graph;
}

// Two for the sum, one each for 1 / terms and the product with it, one for the term less what is
// carried; 5.4 were measured. A plain sum over 1024 x 1024 is off by 8000.
TEST_P(LongSums, GlobalPoolingKeepsTheDigits) {
  for (const std::int64_t side : {7, 64, 256, 1024, 1499}) {
    for (const Range range : {Range{1, 1.001f}, Range{6, 6}, Range{0.1f, 0.1f}}) {
      SCOPED_TRACE(::testing::Message() << side << " x " << side << " from " << range.low);
      const double bound = side == 7 ? 49 * kRoundOff : 8 * kRoundOff;
      EXPECT_LE(error_of(mean_of(side), GetParam(), numbers(side * side, range)), bound);
    }
  }
}

TEST_P(LongSums, InfinityIsNoNaN) {
  std::vector<float> input = numbers(64 * 64, {1, 2});
  input[100] = kInfinity;
  EXPECT_THAT(testing::run_compiled(mean_of(64), testing::options_for_tests(GetParam()), input),
              ElementsAre(kInfinity));
}

// Exponentials have errors of their own, of some units in the last place each.
TEST_P(LongSums, SoftmaxOverManyClassesKeepsTheDigits) {
  for (const std::int64_t classes : {1001, 100003, 1000003}) {
    SCOPED_TRACE(classes);
    Graph graph = graph_of({1, 1, 1, 1});
    const Value weights = graph.add_constant(
        "weights", Tensor{Shape{1, 1, 1, classes}, numbers(classes, {-0.1f, 0})});
    const Value logits = graph.add({.kind = OpKind::Conv2D,
                                    .name = "logits",
                                    .inputs = {graph.input, weights},
                                    .attributes = ConvolutionAttributes{}});
    graph.set_output(graph.add({.kind = OpKind::Softmax, .name = "softmax", .inputs = {logits}}));
    EXPECT_LE(error_of(graph, GetParam(), {1}), 24 * kRoundOff);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, LongSums, ::testing::Values("x86-64", "x86-64-v3", "x86-64-v4"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace slimc
