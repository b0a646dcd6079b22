#include "frontend/tflite/load_tflite.h"

#include <flatbuffers/base.h>

#include "frontend/integrity.h"
#include "frontend/tflite/import.h"
#include "frontend/tflite/model.h"

namespace slimc::frontend {

Result<Graph> load_tflite(const ModelRequest& request, Reporter& reporter) {
  // FlatBuffers' offsets are 31 bits.
  SLIMC_ASSIGN(const std::string bytes,
               read_model_file(request.model, FLATBUFFERS_MAX_BUFFER_SIZE - 1));
  return read_tflite(bytes, request, reporter);
}

Result<Graph> read_tflite(std::string_view bytes, const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const tflite::Model model, tflite::Model::open(bytes, request.model.string()));
  if (!request.checkpoint.empty()) {
    reporter.warning(
        {.file = model.file(), .message = "holds its weights itself: --checkpoint is not used"});
  }
  SLIMC_ASSIGN(Graph graph, tflite::import_model(model, request, reporter));
  graph.name = request.model.stem().string();
  return graph;
}

}  // namespace slimc::frontend
