#include "frontend/tensorflow/graph_file.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "frontend/integrity.h"
#include "frontend/tensorflow/proto/meta_graph.pb.h"

namespace slimc::frontend {
namespace {

namespace protobuf = google::protobuf;

// Protobuf's own limit for one message.
constexpr std::uint64_t kMaxBytes = std::numeric_limits<int>::max();

// Real graphs nest less than ten deep.
constexpr int kMaxNesting = 100;

// A file with hundreds of errors (a wrong file, usually) is shown by its first ones.
constexpr std::size_t kMaxSyntaxErrors = 10;

// Every message with a string field has a tag byte below 0x20 that is no white space, and text has
// none.
bool is_text(std::string_view bytes) {
  return std::none_of(
      bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(4096, std::ssize(bytes)), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
      });
}

class SyntaxErrors final : public protobuf::io::ErrorCollector {
 public:
  explicit SyntaxErrors(std::string file) : file_(std::move(file)) {}

  // Protobuf counts lines and columns from 0; -1 stands for the whole file.
  void AddError(int line, protobuf::io::ColumnNumber column, const std::string& message) override {
    if (found.list().size() == kMaxSyntaxErrors) return;
    std::string words = message;
    while (!words.empty() && words.back() == '.') words.pop_back();
    found.add({.file = file_, .message = words, .line = line + 1, .column = column + 1});
  }
  void AddWarning(int, protobuf::io::ColumnNumber, const std::string&) override {}

  Diagnostics found;

 private:
  std::string file_;
};

template <typename Message>
Result<Message> parse_text(std::string_view text, const std::string& file) {
  protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  SyntaxErrors errors(file);
  protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(kMaxNesting);
  Message message;
  if (parser.Parse(&stream, &message)) return message;
  if (errors.found.empty()) {
    return fail({.file = file, .message = "is not a graph in text format"});
  }
  return Failure(std::move(errors.found));
}

template <typename Message>
bool parse_binary(std::string_view bytes, Message& message) {
  // It is not an error to try; Protobuf would print its own words about bad UTF-8.
  const protobuf::LogSilencer silencer;
  protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                        static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxNesting);
  return message.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

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
    SLIMC_ASSIGN(tensorflow::MetaGraphDef meta, parse_text<tensorflow::MetaGraphDef>(text, file));
    return std::move(*meta.mutable_graph_def());
  }
  return parse_text<tensorflow::GraphDef>(text, file);
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
               .message = "is neither a GraphDef nor a MetaGraphDef (damaged, truncated, or "
                          "another kind of file)"});
}

}  // namespace

Result<tensorflow::GraphDef> parse_graph(std::string_view bytes, const std::string& file) {
  if (bytes.empty()) return fail({.file = file, .message = "is empty; expected a graph"});
  if (bytes.size() > kMaxBytes) {
    return fail({.file = file, .message = "is larger than the 2 GiB that a graph may have"});
  }
  SLIMC_ASSIGN(tensorflow::GraphDef graph,
               is_text(bytes) ? parse_text_graph(bytes, file) : parse_binary_graph(bytes, file));
  if (graph.node_size() == 0) return fail({.file = file, .message = "has no nodes"});
  return graph;
}

Result<tensorflow::GraphDef> read_graph(const std::filesystem::path& path) {
  SLIMC_ASSIGN(const std::string bytes, read_model_file(path, kMaxBytes));
  return parse_graph(bytes, path.string());
}

}  // namespace slimc::frontend
