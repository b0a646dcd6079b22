// What a model computes, by the naive evaluator.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/tflite/model_builder.h"

namespace slimc::frontend::testing {

// The output for the input 1, 2, 3, ...
inline std::vector<double> evaluated(const ModelBuilder& builder,
                                     const ModelRequest& request = {}) {
  const auto graph = read(builder.bytes(), request);
  EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
  if (!graph) return {};
  reference::DoubleTensor input{graph->op(graph->input).shape, {}};
  for (std::int64_t i = 1; i <= input.shape.elements(); ++i) {
    input.data.push_back(static_cast<double>(i));
  }
  return reference::evaluate(*graph, input).data;
}

}  // namespace slimc::frontend::testing
