#include "frontend/tensorflow/parse_proto.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

namespace slimc::frontend {
namespace {

namespace protobuf = google::protobuf;

// Real graphs nest less than ten deep.
constexpr int kMaxNesting = 100;

// A file with hundreds of errors (a wrong file, usually) is shown by its first ones.
constexpr std::size_t kMaxSyntaxErrors = 10;

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

}  // namespace

bool is_text(std::string_view bytes) {
  return std::none_of(
      bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(4096, std::ssize(bytes)), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
      });
}

Result<void> parse_text(std::string_view text, const std::string& file, const std::string& what,
                        protobuf::Message& message, UnknownFields unknown) {
  protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  SyntaxErrors errors(file);
  protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(kMaxNesting);
  parser.AllowUnknownField(unknown == UnknownFields::Ignore);
  if (parser.Parse(&stream, &message)) return {};
  if (errors.found.empty()) {
    return fail({.file = file, .message = "is not " + what + " in text format"});
  }
  return Failure(std::move(errors.found));
}

bool parse_binary(std::string_view bytes, protobuf::Message& message) {
  // It is not an error to try; Protobuf would print its own words about bad UTF-8.
  const protobuf::LogSilencer silencer;
  protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                        static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxNesting);
  return message.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

}  // namespace slimc::frontend
