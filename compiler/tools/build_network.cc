#include "compiler/tools/build_network.h"

#include <utility>

namespace slimc {

Result<BuiltNetwork> build_network(const ModelOptions& model, const CompilationOptions& compilation,
                                   Console& console) {
  SLIMC_ASSIGN(const CompileOptions options, resolve_for_this_machine(compilation));
  SLIMC_ASSIGN(Graph imported, frontend::load_model(model.request, console));
  SLIMC_ASSIGN(Library library, compile_library(imported, options, console));
  SLIMC_ASSIGN(LoadedNetwork network, LoadedNetwork::load(library, options, console));
  return BuiltNetwork{std::move(imported), std::move(library), std::move(network)};
}

}  // namespace slimc
