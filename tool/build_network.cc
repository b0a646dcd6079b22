#include "tool/build_network.h"

#include <algorithm>
#include <utility>

#include "compiler/build/compile_libraries.h"
#include "support/check.h"

namespace slimc {

const TargetPlan& BuiltNetwork::code() const {
  const auto taken =
      std::find_if(library.targets.begin(), library.targets.end(),
                   [&](const TargetPlan& code) { return code.target.name == network.target(); });
  SLIMC_CHECK(taken != library.targets.end(), "the network takes a target that is not its own");
  return *taken;
}

Result<BuiltNetwork> build_network(const ModelOptions& model, const CompilationOptions& compilation,
                                   Console& console) {
  SLIMC_ASSIGN(const CompileOptions options, resolve_for_this_machine(compilation));
  SLIMC_ASSIGN(Graph imported, frontend::load_model(model.request, console));
  SLIMC_ASSIGN(CompiledLibrary library, compile_library(imported, options, console));
  SLIMC_ASSIGN(LoadedNetwork network, LoadedNetwork::load(library, options, console));
  return BuiltNetwork{std::move(imported), std::move(library), std::move(network)};
}

}  // namespace slimc
