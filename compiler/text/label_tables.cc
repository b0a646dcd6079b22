#include "compiler/text/label_tables.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "compiler/text/source_text.h"

namespace slimc {
namespace {

constexpr std::size_t kColumns = 100;

// The record as string literals, one a line. A long one is continued between two characters of
// UTF-8, whose further bytes are 10xxxxxx.
std::string literals(std::string_view record) {
  std::string text;
  while (!record.empty()) {
    std::size_t bytes = record.size();
    std::string literal = string_literal(std::string(record));
    while (4 + literal.size() + 1 > kColumns) {
      do --bytes;
      while ((static_cast<unsigned char>(record[bytes]) & 0xc0u) == 0x80u);
      literal = string_literal(std::string(record.substr(0, bytes)));
    }
    text += "\n    " + literal;
    record.remove_prefix(bytes);
  }
  return text;
}

}  // namespace

std::string label_tables(const ClassLabels& labels) {
  std::string lines;
  std::vector<std::size_t> offsets;
  std::size_t bytes = 0;
  for (const ClassLabel& label : labels.list) {
    const std::string record = label.wordnet_id + '\0' + label.label + '\0';
    lines += literals(record);
    offsets.push_back(bytes);
    bytes += record.size();
  }
  std::string text = fmt::format(
      "\n// A class's WordNet id and label, and where in the text each class's begin.\n"
      "constexpr char label_text[] ={};\n"
      "constexpr {} label_at[] = {{",
      lines, bytes <= UINT16_MAX ? "uint16_t" : "uint32_t");
  std::string line = "\n   ";
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::string number =
        fmt::format(" {}{}", offsets[i], i + 1 < offsets.size() ? "," : "};\n");
    if (line.size() + number.size() > kColumns + (number.back() == '\n' ? 1 : 0)) {
      text += line;
      line = "\n   ";
    }
    line += number;
  }
  return text + line;
}

}  // namespace slimc
