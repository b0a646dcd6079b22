// An ONNX file that has been parsed: its values by name, who makes them and who reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/onnx/onnx.pb.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// `file` is for diagnostics.
Result<schema::ModelProto> parse_model(std::string_view bytes, const std::string& file);

// A dimension that the file leaves open is negative.
using Dims = std::vector<std::int64_t>;

class Model {
 public:
  // Fails if names do not tell values apart. `bytes` is the size of the file.
  static Result<Model> open(schema::ModelProto message, std::size_t bytes,
                            const std::filesystem::path& path, Reporter& reporter);

  const schema::GraphProto& graph() const { return message_.graph(); }
  const schema::ModelProto& message() const { return message_; }
  const std::string& file() const { return file_; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t bytes() const { return bytes_; }

  // The version of ONNX's own operators.
  std::int64_t opset() const { return opset_; }
  std::int64_t opset_of(const std::string& domain) const;

  // The node that makes a value, and as which of its outputs; null for inputs and initializers.
  struct Producer {
    int node = -1;
    int output = 0;
  };
  std::optional<Producer> producer(const std::string& value) const;
  const schema::TensorProto* initializer(const std::string& value) const;
  const schema::ValueInfoProto* graph_input(const std::string& value) const;
  // What the file says of a value's shape; nothing where it says none.
  std::optional<Dims> declared_dims(const std::string& value) const;
  bool exists(const std::string& value) const;
  // The value that a user's word means: a value's name, "value:0", or a node's name, which stands
  // for its first output. Empty where there is none.
  std::string find_value(const std::string& word) const;
  // All that find_value() takes.
  std::vector<std::string> known_names() const;

  const schema::NodeProto& node(int index) const { return message_.graph().node(index); }
  // What a node is called in diagnostics: its name, or its first output's.
  static std::string name_of_node(const schema::NodeProto& node);
  // "Conv", "com.microsoft.FusedConv"
  static std::string op_of(const schema::NodeProto& node);

  Failure fail(std::string message) const;
  Diagnostic about(const schema::NodeProto& node, std::string message) const;

 private:
  Model() = default;
  Result<void> index_values();

  schema::ModelProto message_;
  std::string file_;
  std::filesystem::path path_;
  std::size_t bytes_ = 0;
  std::int64_t opset_ = 0;
  std::unordered_map<std::string, Producer> producers_;
  std::unordered_map<std::string, const schema::TensorProto*> initializers_;
  std::unordered_map<std::string, const schema::ValueInfoProto*> inputs_;
  std::unordered_map<std::string, const schema::ValueInfoProto*> infos_;
  std::unordered_map<std::string, int> nodes_by_name_;
};

// Texts from the file as diagnostics show them: printable and not endless.
std::string printable(std::string_view text);

std::string name_of(int data_type);

// "" for ONNX's own domain, however it is written.
std::string plain_domain(const std::string& domain);

}  // namespace slimc::frontend::onnx
