// What happens to a library before its kernels are compiled.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "compiler/build/compile_libraries.h"
#include "compiler/passes/passes.h"

namespace slimc {

// What the passes make of the graphs of several requests, once for those of one graph.
class OptimisedGraphs {
 public:
  // The request's `after` sees the passes that are run for it.
  Result<std::shared_ptr<const RoundedGraph>> of(const LibraryRequest& request);

 private:
  // By the imported graph and how weights are stored.
  std::map<std::pair<const Graph*, ElementType>, std::shared_ptr<const RoundedGraph>> known_;
};

// The targets' plans and what goes around them. Nothing is packed or written yet, so that many
// libraries can be planned before the first is compiled.
Result<CompiledLibrary> plan_library(const LibraryRequest& request, OptimisedGraphs& graphs);

// Header, source and the file of external weights, which both describe.
void write_texts(Scheduler scheduler, CompiledLibrary& library);

}  // namespace slimc
