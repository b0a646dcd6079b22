#include "frontend/tensorflow/graph_file.h"

#include <algorithm>
#include <string>

#include "frontend/integrity.h"
#include "frontend/tensorflow/parse_proto.h"
#include "frontend/tensorflow/proto/meta_graph.pb.h"

namespace slimc::frontend {
namespace {

// A MetaGraphDef can parse as a GraphDef, with names from other fields; its "nodes" have no op.
bool has_nodes(const tensorflow::GraphDef& graph) {
  return graph.node_size() > 0 &&
         std::all_of(graph.node().begin(), graph.node().end(), [](const tensorflow::NodeDef& node) {
           return !node.name().empty() && !node.op().empty();
         });
}

// Whether a line of the text opens a field of MetaGraphDef.
bool is_meta_text(std::string_view text) {
  for (const std::string_view field : {"meta_info_def", "graph_def", "saver_def"}) {
    for (std::size_t at = text.find(field); at != std::string_view::npos;
         at = text.find(field, at + 1)) {
      if (at == 0 || text[at - 1] == '\n') return true;
    }
  }
  return false;
}

Result<tensorflow::GraphDef> parse_text_graph(std::string_view text, const std::string& file) {
  if (is_meta_text(text)) {
    tensorflow::MetaGraphDef meta;
    SLIMC_TRY(parse_text(text, file, "a graph", meta));
    return std::move(*meta.mutable_graph_def());
  }
  tensorflow::GraphDef graph;
  SLIMC_TRY(parse_text(text, file, "a graph", graph));
  return graph;
}

Result<tensorflow::GraphDef> parse_binary_graph(std::string_view bytes, const std::string& file) {
  tensorflow::GraphDef graph;
  const bool is_graph = parse_binary(bytes, graph);
  if (is_graph && has_nodes(graph)) return graph;
  tensorflow::MetaGraphDef meta;
  if (parse_binary(bytes, meta) && has_nodes(meta.graph_def())) {
    return std::move(*meta.mutable_graph_def());
  }
  // A SavedModel begins with its schema version, the varint field 1.
  if (bytes.starts_with('\x08')) {
    return fail({.file = file,
                 .message = "is a SavedModel; slimc reads a GraphDef, a MetaGraphDef or a frozen "
                            "graph, which TensorFlow's freeze_graph makes of it"});
  }
  return fail({.file = file,
               .message =
                   "is neither a GraphDef nor a MetaGraphDef (damaged, truncated, or "
                   "another kind of file; slimc also reads .h5, .keras, .tflite and .onnx)"});
}

}  // namespace

Result<tensorflow::GraphDef> parse_graph(std::string_view bytes, const std::string& file) {
  if (bytes.empty()) return fail({.file = file, .message = "is empty; expected a graph"});
  if (bytes.size() > kMaxProtoBytes) {
    return fail({.file = file, .message = "is larger than the 2 GiB that a graph may have"});
  }
  SLIMC_ASSIGN(tensorflow::GraphDef graph,
               is_text(bytes) ? parse_text_graph(bytes, file) : parse_binary_graph(bytes, file));
  if (graph.node_size() == 0) return fail({.file = file, .message = "has no nodes"});
  return graph;
}

Result<tensorflow::GraphDef> read_graph(const std::filesystem::path& path, NamedBy named_by) {
  SLIMC_ASSIGN(const std::string bytes, read_model_file(path, kMaxProtoBytes, named_by));
  Result<tensorflow::GraphDef> graph = parse_graph(bytes, path.string());
  std::error_code ignored;
  if (!graph && !std::filesystem::is_regular_file(path, ignored)) {
    Diagnostics problems;
    for (Diagnostic problem : graph.error().list()) {
      if (problems.empty()) {
        problem.message +=
            "; a pipe or a device can be a TensorFlow graph (.pb, .pbtxt, .meta) alone, give other "
            "models by the name of a file";
      }
      problems.add(std::move(problem));
    }
    return Failure(std::move(problems));
  }
  return graph;
}

}  // namespace slimc::frontend
