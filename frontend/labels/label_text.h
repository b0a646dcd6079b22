// What both forms of labels files have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ir/class_labels.h"

namespace slimc::frontend {

// The problems of one file, up to a number that a reader takes in.
class LabelProblems {
 public:
  explicit LabelProblems(const std::string& file) : file_(file) {}

  void add(int line, std::string message);
  bool full() const { return problems_.list().size() >= 10; }
  bool empty() const { return problems_.empty(); }
  const Diagnostics& list() const { return problems_; }

 private:
  const std::string& file_;
  Diagnostics problems_;
};

// "n" and eight digits, as WordNet's nouns are numbered in ImageNet.
bool is_wordnet_id(std::string_view text);

// What is wrong with a text that shall be printed to terminals and into C source; empty if nothing
// is: not UTF-8, a control character (also those of ISO 8859, U+0080 to U+009F, which some
// terminals obey), empty, or too long. `what` begins the message: "label".
std::string problem_with(std::string_view text, std::string_view what);

// Finds WordNet ids that two classes share.
class WordnetIds {
 public:
  // The line of the first class of that id, or 0 if this is the first.
  int line_before(const std::string& id, int line);

 private:
  std::unordered_map<std::string, int> lines_;
};

}  // namespace slimc::frontend
