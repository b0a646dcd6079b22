#include "frontend/onnx/model.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "support/encode.h"
#include "support/utf8.h"

namespace slimc::frontend::onnx {
namespace {

// Graphs within nodes within graphs; real models nest less than ten deep.
constexpr int kMaxNesting = 64;

constexpr std::size_t kMaxTextBytes = 200;

// The newest that slimc was checked against. Later ones are read too, and that is said: an operator
// may have changed its meaning.
constexpr std::int64_t kNewestOpset = 21;

}  // namespace

std::string printable(std::string_view text) {
  return slimc::printable(beginning(text, kMaxTextBytes));
}

std::string name_of(int data_type) {
  if (!schema::DataType_IsValid(data_type)) return fmt::format("of type {}", data_type);
  return schema::DataType_Name(static_cast<schema::DataType>(data_type));
}

std::string plain_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

Result<schema::ModelProto> parse_model(std::string_view bytes, const std::string& file) {
  const auto refuse = [&](std::string message) {
    return fail({.file = file, .message = std::move(message)});
  };
  if (bytes.size() > std::numeric_limits<int>::max()) {
    return refuse(fmt::format("has {} bytes; an ONNX file has less than 2 GB", bytes.size()));
  }
  // Protobuf would print its own words.
  const google::protobuf::LogSilencer silencer;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxNesting);
  schema::ModelProto message;
  if (!message.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    return refuse(
        fmt::format("is no whole ONNX model: its {} bytes are damaged or truncated, or nest more "
                    "than {} deep",
                    bytes.size(), kMaxNesting));
  }
  if (!message.has_graph()) return refuse("is an ONNX model without a graph");
  return message;
}

Failure Model::fail(std::string message) const {
  return slimc::fail({.file = file_, .message = std::move(message)});
}

std::string Model::name_of_node(const schema::NodeProto& node) {
  if (!node.name().empty()) return printable(node.name());
  for (const std::string& output : node.output()) {
    if (!output.empty()) return printable(output);
  }
  return "";
}

std::string Model::op_of(const schema::NodeProto& node) {
  const std::string domain = plain_domain(node.domain());
  return printable(domain.empty() ? node.op_type() : domain + "." + node.op_type());
}

Diagnostic Model::about(const schema::NodeProto& node, std::string message) const {
  return {.file = file_,
          .subject = fmt::format("node '{}' ({})", name_of_node(node), op_of(node)),
          .message = std::move(message)};
}

Result<Model> Model::open(schema::ModelProto message, std::size_t bytes,
                          const std::filesystem::path& path, Reporter& reporter) {
  Model model;
  model.message_ = std::move(message);
  model.file_ = path.string();
  model.path_ = path;
  model.bytes_ = bytes;
  model.opset_ = model.opset_of("");
  if (model.opset_ == 0) {
    // IR version 1 and 2 know no opsets.
    if (model.message_.opset_import_size() == 0 && model.message_.ir_version() < 3) {
      model.opset_ = 1;
    } else {
      return model.fail("does not say the version of ONNX's operators (opset_import)");
    }
  }
  if (model.opset_ < 1 || model.opset_ > 1000) {
    return model.fail(
        fmt::format("is of opset {}, which is no version of ONNX's operators", model.opset_));
  }
  if (model.opset_ > kNewestOpset) {
    reporter.warning(
        {.file = model.file_,
         .message = fmt::format("is of opset {}; slimc knows the operators up to opset "
                                "{} and reads these as if they had not changed",
                                model.opset_, kNewestOpset)});
  }
  SLIMC_TRY(model.index_values());
  return model;
}

std::int64_t Model::opset_of(const std::string& domain) const {
  for (const schema::OperatorSetIdProto& opset : message_.opset_import()) {
    if (plain_domain(opset.domain()) == plain_domain(domain)) return opset.version();
  }
  return 0;
}

Result<void> Model::index_values() {
  Diagnostics problems;
  const auto complain = [&](const char* what, const std::string& name) {
    if (problems.list().size() < 10) {
      problems.add(
          {.file = file_, .message = fmt::format("{} '{}' is there twice", what, printable(name))});
    }
  };
  for (const schema::TensorProto& tensor : graph().initializer()) {
    if (!initializers_.emplace(tensor.name(), &tensor).second) {
      complain("the initializer", tensor.name());
    }
  }
  for (const schema::ValueInfoProto& input : graph().input()) {
    if (!inputs_.emplace(input.name(), &input).second) complain("the input", input.name());
  }
  for (int i = 0; i < graph().node_size(); ++i) {
    const schema::NodeProto& made = graph().node(i);
    if (!made.name().empty()) nodes_by_name_.emplace(made.name(), i);
    for (int o = 0; o < made.output_size(); ++o) {
      if (made.output(o).empty()) continue;
      const bool is_new = producers_.emplace(made.output(o), Producer{i, o}).second;
      if (!is_new || initializers_.count(made.output(o)) != 0 ||
          inputs_.count(made.output(o)) != 0) {
        complain("the value", made.output(o));
      }
    }
  }
  for (const auto* list : {&graph().input(), &graph().output(), &graph().value_info()}) {
    for (const schema::ValueInfoProto& info : *list) {
      if (info.type().tensor_type().has_shape()) infos_.emplace(info.name(), &info);
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

std::optional<Model::Producer> Model::producer(const std::string& value) const {
  const auto it = producers_.find(value);
  if (it == producers_.end()) return std::nullopt;
  return it->second;
}

const schema::TensorProto* Model::initializer(const std::string& value) const {
  const auto it = initializers_.find(value);
  return it == initializers_.end() ? nullptr : it->second;
}

const schema::ValueInfoProto* Model::graph_input(const std::string& value) const {
  const auto it = inputs_.find(value);
  return it == inputs_.end() ? nullptr : it->second;
}

std::optional<Dims> Model::declared_dims(const std::string& value) const {
  const auto it = infos_.find(value);
  if (it == infos_.end()) return std::nullopt;
  Dims dims;
  for (const auto& dim : it->second->type().tensor_type().shape().dim()) {
    // Some writers put 0 or -1 where they do not know.
    dims.push_back(dim.has_dim_value() && dim.dim_value() > 0 ? dim.dim_value() : -1);
  }
  return dims;
}

bool Model::exists(const std::string& value) const {
  return producers_.count(value) != 0 || inputs_.count(value) != 0 ||
         initializers_.count(value) != 0;
}

std::string Model::find_value(const std::string& word) const {
  if (word.empty()) return "";
  if (exists(word)) return word;
  if (const auto it = nodes_by_name_.find(word); it != nodes_by_name_.end()) {
    const schema::NodeProto& named = node(it->second);
    return named.output_size() > 0 ? named.output(0) : "";
  }
  // TensorFlow's tools write "name:0".
  if (word.ends_with(":0")) return find_value(word.substr(0, word.size() - 2));
  return "";
}

std::vector<std::string> Model::known_names() const {
  std::vector<std::string> names;
  for (const schema::ValueInfoProto& input : graph().input()) {
    if (initializers_.count(input.name()) == 0) names.push_back(printable(input.name()));
  }
  for (const schema::NodeProto& made : graph().node()) {
    for (const std::string& output : made.output()) {
      if (!output.empty()) names.push_back(printable(output));
    }
    if (!made.name().empty()) names.push_back(printable(made.name()));
  }
  return names;
}

}  // namespace slimc::frontend::onnx
