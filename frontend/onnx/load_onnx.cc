#include "frontend/onnx/load_onnx.h"

#include <limits>

#include "frontend/integrity.h"
#include "frontend/onnx/functions.h"
#include "frontend/onnx/import.h"
#include "frontend/onnx/model.h"

namespace slimc::frontend {
namespace {

// Protobuf's own limit for a message.
constexpr std::uint64_t kMaxBytes = std::numeric_limits<int>::max();

}  // namespace

Result<Graph> load_onnx(const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const std::string bytes, read_model_file(request.model, kMaxBytes));
  return read_onnx(bytes, request, reporter);
}

Result<Graph> read_onnx(std::string_view bytes, const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(onnx::schema::ModelProto message, onnx::parse_model(bytes, request.model.string()));
  SLIMC_TRY(onnx::inline_functions(message, request.model.string()));
  SLIMC_ASSIGN(onnx::Model model,
               onnx::Model::open(std::move(message), bytes.size(), request.model, reporter));
  if (!request.checkpoint.empty()) {
    reporter.warning(
        {.file = model.file(), .message = "holds its weights itself: --checkpoint is not used"});
  }
  SLIMC_ASSIGN(Graph graph, onnx::import_model(model, request, reporter));
  graph.name = request.model.stem().string();
  graph.form = "ONNX";
  return graph;
}

}  // namespace slimc::frontend
