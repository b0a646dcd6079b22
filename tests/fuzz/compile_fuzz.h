// All of slimc that a graph goes through before the first kernel is compiled.
#pragma once

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/plan_memory.h"
#include "compiler/passes/passes.h"
#include "compiler/support/reporter.h"
#include "frontend/tensorflow/import.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {

// A target is looked up once: it asks LLVM.
inline const Target& avx2() {
  static const Target target = *parse_target("x86-64-v3");
  return target;
}

inline void compile_plan(const Graph& graph) {
  const auto optimised = run_pipeline(graph);
  if (!optimised) return check_words(optimised.error());
  check_graph(*optimised);
  const auto selected = select_stages(*optimised, avx2());
  if (!selected) return check_words(selected.error());
  check_graph(*selected);
  auto plan = lower_to_stages(*selected, avx2());
  if (!plan) return check_words(plan.error());
  plan_memory(*plan);
  const std::vector<std::string> problems = verify(*plan);
  SLIMC_CHECK(problems.empty(), "a plan that does not verify: " + problems.front());
  SLIMC_CHECK(!print(*plan).empty(), "a plan that prints as nothing");
  SLIMC_CHECK(!write_header(*plan, avx2()).empty(), "no header");
  SLIMC_CHECK(!write_source(*plan, avx2()).empty(), "no source");
}

inline void compile(const tensorflow::GraphDef& def) {
  SilentReporter reporter;
  const auto no_checkpoint = [](int) -> Result<frontend::Checkpoint> {
    return fail({.message = "has no checkpoint"});
  };
  auto graph = frontend::import_graph(def, "net.pb", {}, no_checkpoint, reporter);
  if (!graph) return check_words(graph.error());
  graph->name = "net";
  check_graph(*graph);
  compile_plan(*graph);
}

}  // namespace slimc::fuzz
