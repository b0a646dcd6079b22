// From a GraphDef that needs no checkpoint to a plan.
#pragma once

#include "frontend/tensorflow/import.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"

namespace slimc::fuzz {

inline void compile(const tensorflow::GraphDef& def) {
  SilentReporter reporter;
  const auto no_checkpoint = [](int) -> Result<frontend::Checkpoint> {
    return fail({.message = "has no checkpoint"});
  };
  compile_plan(frontend::import_graph(def, "net.pb", {}, no_checkpoint, reporter));
}

}  // namespace slimc::fuzz
