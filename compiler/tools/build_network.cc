#include "compiler/tools/build_network.h"

#include <utility>

namespace slimc {

Result<BuiltNetwork> build_network(const ModelOptions& model, const CompilationOptions& compilation,
                                   Console& console) {
  SLIMC_ASSIGN(const CompileOptions options, resolve_for_this_machine(compilation));
  SLIMC_ASSIGN(Graph imported, frontend::load_model(model.request, console));
  Graph lowered = imported;
  const auto keep_last = [&lowered](std::string_view, const Graph& graph) { lowered = graph; };
  SLIMC_ASSIGN(Library library, compile_library(imported, options, console, {keep_last, {}}));
  SLIMC_ASSIGN(LoadedNetwork network, LoadedNetwork::load(library, options, console));
  return BuiltNetwork{std::move(imported), std::move(lowered), std::move(library),
                      std::move(network)};
}

}  // namespace slimc
