// All of slimc that a graph goes through before the first kernel is compiled.
#pragma once

#include "compiler/build/codegen.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/plan_memory.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {

// A target is looked up once: it asks LLVM.
inline const CompileOptions& avx2() {
  static const CompileOptions options = [] {
    CompileOptions for_target;
    for_target.target = *parse_target("x86-64-v3");
    return for_target;
  }();
  return options;
}

// `graph` is what a frontend gave, or why it gave none.
inline void compile_plan(Result<Graph> imported) {
  if (!imported) return check_words(imported.error());
  check_graph(*imported);
  Graph& graph = *imported;
  graph.name = "net";
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
  Library library;
  library.targets.resize(1);
  library.targets[0].target = avx2().target;
  library.targets[0].plan = std::move(*plan);
  SLIMC_CHECK(!write_header(library).empty(), "no header");
  SLIMC_CHECK(!write_source(library).empty(), "no source");
}

}  // namespace slimc::fuzz
