// How every pass is tested: equal outputs before and after first, structure second.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "compiler/passes/passes.h"
#include "compiler/reference/evaluate.h"
#include "tests/common/graph_builder.h"

namespace slimc::testing {

// The largest difference that the test allows, relative to the largest number of the output.
// Passes that only move ops must not change a bit.
constexpr double kExact = 0.0;
// Folding rounds each weight to float once; half a unit in the last place is 6e-8.
constexpr double kRounded = 1e-6;

inline void expect_equal_outputs(const Graph& before, const Graph& after, double tolerance,
                                 double range = 4) {
  ASSERT_EQ(before.op(before.output()).shape, after.op(after.output()).shape);
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const auto input = random_tensor(before.op(before.input).shape, seed, -range, range);
    const auto expected = reference::evaluate(before, input);
    const auto found = reference::evaluate(after, input);
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < expected.data.size(); ++i) {
      ASSERT_TRUE(std::isfinite(expected.data[i])) << "the test's own graph gives no number";
      largest = std::max(largest, std::abs(expected.data[i]));
      difference = std::max(difference, std::abs(expected.data[i] - found.data[i]));
    }
    ASSERT_GT(largest, 0) << "an output of zeros compares equal to anything that is broken alike";
    EXPECT_LE(difference, tolerance * largest) << print(before) << "became\n" << print(after);
  }
}

// Runs one pass on a valid graph; the result is valid, and has no op that nobody needs.
inline Graph run(Result<Graph> (*pass)(const Graph&), const Graph& before,
                 double tolerance = kExact) {
  EXPECT_THAT(verify(before), ::testing::IsEmpty());
  Result<Graph> after = pass(before);
  if (!after) {
    ADD_FAILURE() << after.error().to_string();
    return before;
  }
  EXPECT_THAT(verify(*after), ::testing::IsEmpty()) << print(*after);
  EXPECT_EQ(after->name, before.name);
  EXPECT_EQ(after->file, before.file);
  expect_equal_outputs(before, *after, tolerance);
  return *after;
}

// "Input Conv2D Relu6": the kinds of all ops but constants.
inline std::string kinds(const Graph& graph) {
  std::string text;
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Constant) continue;
    if (!text.empty()) text += ' ';
    text += name_of(op.kind);
  }
  return text;
}

inline int count(const Graph& graph, OpKind kind) {
  return static_cast<int>(std::count_if(graph.ops().begin(), graph.ops().end(),
                                        [kind](const Op& op) { return op.kind == kind; }));
}

// The only op of a kind.
inline const Op& only(const Graph& graph, OpKind kind) {
  EXPECT_EQ(count(graph, kind), 1) << print(graph);
  return *std::find_if(graph.ops().begin(), graph.ops().end(),
                       [kind](const Op& op) { return op.kind == kind; });
}

}  // namespace slimc::testing
