// All of slimc that a graph goes through before the first kernel is compiled.
#pragma once

#include "compiler/passes/passes.h"
#include "compiler/plan/library.h"
#include "compiler/plan/make_plan.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {

// Looked up once: it asks LLVM.
inline const Target& avx2() {
  static const Target target = *parse_target("x86-64-v3");
  return target;
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
  auto plan = make_plan(*optimised, avx2(), {});  // verified
  if (!plan) return check_words(plan.error());
  SLIMC_CHECK(!print(*plan).empty(), "a plan that prints as nothing");
  Library library;
  library.targets.resize(1);
  library.targets[0].target = avx2();
  library.targets[0].plan = std::move(*plan);
  SLIMC_CHECK(!write_header(library).empty(), "no header");
  SLIMC_CHECK(!write_source(library).empty(), "no source");
}

}  // namespace slimc::fuzz
