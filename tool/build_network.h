// From a MODEL on the command line to code that runs in this process.
#pragma once

#include "compiler/build/compile_libraries.h"
#include "ir/graph.h"
#include "tool/console.h"
#include "tool/loaded_network.h"
#include "tool/model_options.h"

namespace slimc {

struct BuiltNetwork {
  Graph imported;  // as the frontend gave it
  CompiledLibrary library;
  LoadedNetwork network;

  // What the network takes of its library's targets.
  const TargetPlan& code() const;

  // Of one run; of all outputs, which lie one behind the other.
  std::int64_t input_elements() const { return library.plan().input_shape.elements(); }
  std::int64_t output_elements() const { return slimc::output_elements(library.plan()); }
};

// Loads, compiles, links. One of the targets must be one that this machine can run.
Result<BuiltNetwork> build_network(const ModelOptions& model, const CompilationOptions& compilation,
                                   Console& console);

}  // namespace slimc
