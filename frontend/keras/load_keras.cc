#include "frontend/keras/load_keras.h"

#include "frontend/integrity.h"
#include "frontend/keras/import_model.h"
#include "frontend/keras/read_hdf5.h"
#include "frontend/keras/weights.h"
#include "frontend/keras/weights_only.h"

namespace slimc::frontend {

Result<Graph> import_keras(const Hdf5Tree& tree, const ModelRequest& request, Reporter& reporter) {
  const auto config = tree.text("", "model_config");
  if (config && !tree.has_group("model_weights")) {
    return fail({.file = tree.file(), .message = "has a model_config and no group model_weights"});
  }
  SLIMC_ASSIGN(const KerasWeights weights, KerasWeights::open(tree));
  return config ? import_keras_model(*config, weights, tree.file(), request, reporter)
                : import_keras_weights(weights, tree.file(), request, reporter);
}

Result<Graph> load_keras(const ModelRequest& request, Reporter& reporter) {
  SLIMC_TRY(check_integrity(request.model));
  SLIMC_ASSIGN(const Hdf5Tree tree, read_hdf5(request.model));
  SLIMC_ASSIGN(Graph graph, import_keras(tree, request, reporter));
  if (!request.checkpoint.empty()) {
    reporter.warning({.file = request.model.string(),
                      .message = "holds its weights itself: --checkpoint is not used"});
  }
  graph.name = request.model.stem().string();
  return graph;
}

}  // namespace slimc::frontend
