#include "frontend/keras/load_keras.h"

#include <fstream>

#include "frontend/integrity.h"
#include "frontend/keras/import_model.h"
#include "frontend/keras/read_hdf5.h"
#include "frontend/keras/state_weights.h"
#include "frontend/keras/weights.h"
#include "frontend/keras/weights_only.h"

namespace slimc::frontend {
namespace {

constexpr std::uint64_t kMaxArchive = std::uint64_t{2} << 30;

bool is_zip(const std::filesystem::path& file) {
  char bytes[2] = {};
  std::ifstream(file, std::ios::binary).read(bytes, sizeof bytes);
  return bytes[0] == 'P' && bytes[1] == 'K';
}

Result<Graph> load_archive(const ModelRequest& request, Reporter& reporter) {
  const std::string file = request.model.string();
  KerasArchive archive;
  {
    SLIMC_ASSIGN(const std::string bytes, read_model_file(request.model, kMaxArchive));
    SLIMC_ASSIGN(archive, read_keras_archive(bytes, file));
  }
  SLIMC_ASSIGN(const Hdf5Tree tree, read_hdf5_bytes(archive.weights, file));
  return import_keras_archive(archive, tree, request, reporter);
}

Result<Graph> load_hdf5(const ModelRequest& request, Reporter& reporter) {
  SLIMC_TRY(check_integrity(request.model));
  SLIMC_ASSIGN(const Hdf5Tree tree, read_hdf5(request.model));
  return import_keras(tree, request, reporter);
}

}  // namespace

Result<Graph> import_keras(const Hdf5Tree& tree, const ModelRequest& request, Reporter& reporter) {
  const auto config = tree.text("", "model_config");
  if (!config && has_state_layout(tree) && !tree.list("", "layer_names")) {
    SLIMC_ASSIGN(const StateMobileNet weights, StateMobileNet::open(tree));
    if (!weights.named()) {
      reporter.warning({.file = tree.file(),
                        .message = "does not say its layers' names; that it is MobileNet is seen "
                                   "from how many of each class there are, in their order"});
    }
    return import_keras_weights(weights, tree.file(), request, reporter);
  }
  if (config && !tree.has_group("model_weights")) {
    return fail({.file = tree.file(), .message = "has a model_config and no group model_weights"});
  }
  SLIMC_ASSIGN(const KerasWeights weights, KerasWeights::open(tree));
  if (!config) return import_keras_weights(weights, tree.file(), request, reporter);
  const std::string version = tree.text("", "keras_version").value_or("");
  return import_keras_model({*config, version}, weights, tree.file(), request, reporter);
}

Result<Graph> import_keras_archive(const KerasArchive& archive, const Hdf5Tree& tree,
                                   const ModelRequest& request, Reporter& reporter) {
  return import_keras_model({archive.config, archive.version}, StateWeights(tree), tree.file(),
                            request, reporter);
}

Result<Graph> load_keras(const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(Graph graph, is_zip(request.model) ? load_archive(request, reporter)
                                                  : load_hdf5(request, reporter));
  if (!request.checkpoint.empty()) {
    reporter.warning({.file = request.model.string(),
                      .message = "holds its weights itself: --checkpoint is not used"});
  }
  graph.name = request.model.stem().string();
  return graph;
}

}  // namespace slimc::frontend
