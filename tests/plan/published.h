// The plans of networks as slim defines them, with random weights.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "compiler/passes/passes.h"
#include "compiler/plan/make_plan.h"
#include "frontend/mobilenet/mobilenet.h"

namespace slimc::testing {

inline Result<Plan> plan_of(const Graph& imported, const std::string& target_name) {
  SLIMC_ASSIGN(const Target target, parse_target(target_name));
  SLIMC_ASSIGN(const Graph optimised, run_pipeline(imported));
  return make_plan(optimised, target, {});
}

inline Plan published(double alpha, int resolution, const std::string& target = "x86-64-v3") {
  frontend::MobileNetOptions options;
  options.alpha = alpha;
  options.height = options.width = resolution;
  auto graph = frontend::build_mobilenet(options);
  EXPECT_TRUE(graph) << graph.error().to_string();
  auto plan = plan_of(*graph, target);
  EXPECT_TRUE(plan) << plan.error().to_string();
  return std::move(*plan);
}

}  // namespace slimc::testing
