#include "frontend/labels/class_index.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "frontend/labels/labels.h"

namespace slimc::frontend {
namespace {

// The file's bytes for the JSON parser, which does not say on which line it is.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, int* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (*at_++ == '\n') ++*line_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  int* line_;
};

struct Entry {
  ClassLabel label;
  int line = 0;
};

// What the parser meets, event by event: nothing is kept but the labels, and the first value that
// is nested deeper than a class index ends it. An event returns whether to go on.
class ClassIndexReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  ClassIndexReader(const int& line, LabelProblems& problems) : line_(line), problems_(problems) {}

  std::vector<ClassLabel> take() &&;

  bool start_object(std::size_t /*elements*/) override {
    if (inside_) return unexpected("an object");
    inside_ = true;
    return true;
  }
  bool end_object() override { return true; }
  bool key(string_t& text) override;
  bool start_array(std::size_t /*elements*/) override {
    if (!inside_) return unexpected("an array");
    if (in_array_) return unexpected("an array within it");
    in_array_ = true;
    texts_.clear();
    return true;
  }
  bool end_array() override;
  bool string(string_t& text) override {
    if (!in_array_) return unexpected("a string");
    if (texts_.size() == 2) return unexpected("more than two strings");
    texts_.push_back(std::move(text));
    return true;
  }
  bool null() override { return unexpected("null"); }
  bool boolean(bool /*value*/) override { return unexpected("a boolean"); }
  bool number_integer(number_integer_t /*value*/) override { return unexpected("a number"); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return unexpected("a number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return unexpected("a number");
  }
  bool binary(binary_t& /*value*/) override { return unexpected("binary data"); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    problems_.add(line_, "malformed JSON, expected {\"0\": [\"n01440764\", \"tench\"], ...}");
    return false;
  }

 private:
  bool unexpected(std::string_view found) {
    if (inside_) {
      problems_.add(line_, fmt::format("{} as the entry of class {}, expected an array of two "
                                       "strings, WordNet id and label",
                                       found, number_));
    } else {
      problems_.add(line_,
                    fmt::format("{}, expected {{\"0\": [\"n01440764\", \"tench\"], ...}}", found));
    }
    return false;
  }

  const int& line_;
  LabelProblems& problems_;
  bool inside_ = false;    // the object
  bool in_array_ = false;  // the entry of class number_
  std::size_t number_ = 0;
  std::vector<std::string> texts_;
  std::vector<std::optional<Entry>> entries_;
  WordnetIds ids_;
};

bool ClassIndexReader::key(string_t& text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number_);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  // Keras writes numbers without zeros in front.
  if (!is_number || number_ >= kMaxLabels || std::to_string(number_) != text) {
    const bool printable = text.size() <= 20 && problem_with(text, "key").empty();
    problems_.add(line_, fmt::format("key{}, expected the number of a class, 0 to {}",
                                     printable ? fmt::format(" '{}'", text) : "", kMaxLabels - 1));
    return false;
  }
  if (entries_.size() <= number_) entries_.resize(number_ + 1);
  if (entries_[number_]) {
    problems_.add(line_, fmt::format("class {} again, it is on line {} too", number_,
                                     entries_[number_]->line));
    return false;
  }
  return true;
}

bool ClassIndexReader::end_array() {
  in_array_ = false;
  if (texts_.size() != 2) return unexpected("an array of fewer strings");
  Entry entry{{.wordnet_id = std::move(texts_[0]), .label = std::move(texts_[1])}, line_};
  std::string problem = problem_with(entry.label.label, fmt::format("label of class {}", number_));
  if (problem.empty() && !entry.label.wordnet_id.empty()) {
    problem = problem_with(entry.label.wordnet_id, fmt::format("WordNet id of class {}", number_));
  }
  if (problem.empty() && is_wordnet_id(entry.label.wordnet_id)) {
    const int before = ids_.line_before(entry.label.wordnet_id, line_);
    if (before != 0) {
      problem = fmt::format("WordNet id {} of class {} is that of line {} too",
                            entry.label.wordnet_id, number_, before);
    }
  }
  if (!problem.empty()) problems_.add(line_, std::move(problem));
  entries_[number_] = std::move(entry);
  return !problems_.full();
}

std::vector<ClassLabel> ClassIndexReader::take() && {
  std::vector<ClassLabel> labels;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i]) {
      problems_.add(0,
                    fmt::format("class {} is missing, the last one is {}", i, entries_.size() - 1));
      return {};
    }
    labels.push_back(std::move(entries_[i]->label));
  }
  return labels;
}

}  // namespace

std::vector<ClassLabel> parse_class_index(std::string_view text, LabelProblems& problems) {
  int line = 1;
  ClassIndexReader reader(line, problems);
  const bool whole =
      nlohmann::json::sax_parse(CountingIterator(text.data(), &line),
                                CountingIterator(text.data() + text.size(), &line), &reader);
  if (!whole) return {};
  return std::move(reader).take();
}

}  // namespace slimc::frontend
