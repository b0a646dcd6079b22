#include "frontend/tensorflow/saved_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <vector>

#include "frontend/integrity.h"
#include "frontend/listed.h"
#include "frontend/tensorflow/parse_proto.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// Constants of tensorflow/cc/saved_model/{constants,tag_constants,signature_constants}.h.
constexpr const char* kBinaryFile = "saved_model.pb";
constexpr const char* kTextFile = "saved_model.pbtxt";
constexpr const char* kServingTag = "serve";
constexpr const char* kDefaultSignature = "serving_default";
// TensorFlow 2's initialisation, which is no call of the model.
constexpr const char* kInitSignature = "__saved_model_init_op";

constexpr std::int64_t kSchemaVersion = 1;

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

// "input:0" -> "input"; other outputs stay as they are.
std::string node_of(const std::string& tensor) {
  return tensor.ends_with(":0") ? tensor.substr(0, tensor.size() - 2) : tensor;
}

Result<tensorflow::MetaGraphDef> choose_graph(tensorflow::SavedModel model,
                                              const std::string& file) {
  if (model.meta_graphs_size() == 0) return fail({.file = file, .message = "has no graphs"});
  std::vector<std::string> tags;
  for (tensorflow::MetaGraphDef& graph : *model.mutable_meta_graphs()) {
    const auto& own = graph.meta_info_def().tags();
    if (std::find(own.begin(), own.end(), kServingTag) != own.end()) return std::move(graph);
    tags.push_back(fmt::format("'{}'", fmt::join(own, "', '")));
  }
  if (model.meta_graphs_size() == 1) return std::move(*model.mutable_meta_graphs(0));
  return fail({.file = file,
               .message = fmt::format("has {} graphs, none of them for serving (tag 'serve'): {}",
                                      tags.size(), listed(tags, kMaxListed))});
}

using Ends = google::protobuf::Map<std::string, tensorflow::TensorInfo>;

// What a signature calls its inputs or outputs, and the tensors; each tensor once. The map's order
// is free, the words and the library must not be.
std::vector<std::pair<std::string, std::string>> dense_ends(const Ends& ends) {
  const std::map<std::string, tensorflow::TensorInfo> sorted(ends.begin(), ends.end());
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [key, info] : sorted) {
    const std::string& tensor = info.name();
    const bool is_known = std::any_of(found.begin(), found.end(),
                                      [&](const auto& end) { return end.second == tensor; });
    if (!tensor.empty() && !is_known) found.emplace_back(key, tensor);
  }
  return found;
}

Diagnostic no_dense_end(const std::string& file, const std::string& signature,
                        const std::string& what, const std::string& option) {
  return {.file = file,
          .message = fmt::format("its signature '{}' has no dense {}; {} names one of the graph's "
                                 "nodes",
                                 signature, what, option)};
}

Result<std::string> choose_input(const Ends& inputs, const std::string& file,
                                 const std::string& signature) {
  const auto ends = dense_ends(inputs);
  if (ends.size() == 1) return node_of(ends.front().second);
  if (ends.empty()) return fail(no_dense_end(file, signature, "input", "--input-node"));
  std::vector<std::string> words;
  for (const auto& [key, tensor] : ends) words.push_back(fmt::format("{} = '{}'", key, tensor));
  return fail({.file = file,
               .message = fmt::format("its signature '{}' has {} inputs; --input-node names the "
                                      "network's: {}",
                                      signature, ends.size(), listed(words, kMaxListed))});
}

// A user may name a tensor by what the signature calls it.
void replace_key(std::string& name, const Ends& ends, const tensorflow::GraphDef& graph) {
  const auto end = ends.find(name);
  const bool is_node =
      std::any_of(graph.node().begin(), graph.node().end(),
                  [&](const tensorflow::NodeDef& node) { return node.name() == name; });
  if (end != ends.end() && !is_node && !end->second.name().empty()) {
    name = node_of(end->second.name());
  }
}

}  // namespace

std::optional<fs::path> saved_model_in(const fs::path& folder) {
  for (const char* name : {kBinaryFile, kTextFile}) {
    std::error_code error;
    if (fs::is_regular_file(folder / name, error)) return folder / name;
  }
  return std::nullopt;
}

bool is_saved_model_name(const fs::path& path) {
  return path.filename() == kBinaryFile || path.filename() == kTextFile;
}

fs::path saved_model_variables(const fs::path& saved_model) {
  return saved_model.parent_path() / "variables" / "variables";
}

Result<tensorflow::SavedModel> parse_saved_model(std::string_view bytes, const std::string& file) {
  if (bytes.empty()) return fail({.file = file, .message = "is empty; expected a SavedModel"});
  if (bytes.size() > kMaxProtoBytes) {
    return fail({.file = file, .message = "is larger than the 2 GiB that a SavedModel may have"});
  }
  tensorflow::SavedModel model;
  if (is_text(bytes)) {
    // Much of a SavedModel is for those who train it further; slimc's messages leave that out.
    SLIMC_TRY(parse_text(bytes, file, "a SavedModel", model, UnknownFields::Ignore));
  } else if (!parse_binary(bytes, model)) {
    return fail({.file = file,
                 .message = "is not a SavedModel (damaged, truncated, or another kind of file)"});
  }
  if (model.saved_model_schema_version() > kSchemaVersion) {
    return fail({.file = file,
                 .message = fmt::format("is of schema version {}; slimc reads version {}",
                                        model.saved_model_schema_version(), kSchemaVersion)});
  }
  return model;
}

Result<ServedGraph> served_graph(tensorflow::SavedModel model, const std::string& file,
                                 const ModelRequest& request) {
  SLIMC_ASSIGN(tensorflow::MetaGraphDef meta, choose_graph(std::move(model), file));
  if (meta.graph_def().node_size() == 0) return fail({.file = file, .message = "has no nodes"});
  ServedGraph served;
  served.graph = std::move(*meta.mutable_graph_def());
  served.input_node = request.input_node;
  served.output_nodes = request.output_nodes;

  std::vector<std::string> names;
  for (const auto& [name, signature] : meta.signature_def()) {
    if (name != kInitSignature) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  if (!request.signature.empty()) {
    if (std::find(names.begin(), names.end(), request.signature) == names.end()) {
      return fail({.file = file,
                   .message = fmt::format("has no signature '{}'; it has {}", request.signature,
                                          names.empty() ? "none" : listed(names, kMaxListed))});
    }
    served.signature = request.signature;
  } else if (std::find(names.begin(), names.end(), kDefaultSignature) != names.end()) {
    served.signature = kDefaultSignature;
  } else if (names.size() == 1) {
    served.signature = names.front();
  } else if (names.empty() || (!request.input_node.empty() && !request.output_nodes.empty())) {
    return served;
  } else {
    return fail(
        {.file = file,
         .message = fmt::format("has {} signatures and no '{}'; --signature names one: {}",
                                names.size(), kDefaultSignature, listed(names, kMaxListed))});
  }

  const tensorflow::SignatureDef& signature = meta.signature_def().at(served.signature);
  Diagnostics problems;
  if (!served.input_node.empty()) {
    replace_key(served.input_node, signature.inputs(), served.graph);
  } else if (auto input = choose_input(signature.inputs(), file, served.signature)) {
    served.input_node = std::move(*input);
  } else {
    problems.add(std::move(input).error());
  }
  for (std::string& name : served.output_nodes) {
    replace_key(name, signature.outputs(), served.graph);
  }
  if (served.output_nodes.empty()) {
    for (const auto& [key, tensor] : dense_ends(signature.outputs())) {
      served.output_nodes.push_back(node_of(tensor));
      served.output_names.push_back(key);
    }
    if (served.output_nodes.empty()) {
      problems.add(no_dense_end(file, served.signature, "output", "--output-node"));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return served;
}

Result<ServedGraph> read_saved_model(const fs::path& saved_model, const ModelRequest& request) {
  SLIMC_ASSIGN(const std::string bytes,
               read_model_file(saved_model, kMaxProtoBytes, NamedBy::Model));
  SLIMC_ASSIGN(tensorflow::SavedModel model, parse_saved_model(bytes, saved_model.string()));
  return served_graph(std::move(model), saved_model.string(), request);
}

}  // namespace slimc::frontend
