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

constexpr std::string_view kExpected =
    "{\"0\": [\"n01440764\", \"tench\"], ...}, {\"0\": \"tench\", ...}, {\"tench\": 0, ...} or "
    "[\"tench\", ...]";

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
// is nested deeper than labels are ends it. An event returns whether to go on.
class ClassIndexReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  ClassIndexReader(std::string_view text, const int& line, LabelProblems& problems)
      : text_(text), line_(line), problems_(problems) {}

  std::vector<ClassLabel> take() &&;

  bool start_object(std::size_t /*elements*/) override {
    if (place_ != Place::Outside) return unexpected("an object");
    place_ = Place::Object;
    return true;
  }
  bool end_object() override { return true; }
  bool key(string_t& text) override {
    key_ = std::move(text);
    return true;
  }
  bool start_array(std::size_t /*elements*/) override {
    if (place_ == Place::Outside) {
      place_ = Place::List;
      return true;
    }
    if (place_ == Place::List) return unexpected("an array");
    if (place_ == Place::Pair) return unexpected("an array within it");
    if (!key_is_number()) return false;
    place_ = Place::Pair;
    texts_.clear();
    return true;
  }
  bool end_array() override;
  bool string(string_t& text) override;
  bool null() override { return unexpected("null"); }
  bool boolean(bool /*value*/) override { return unexpected("a boolean"); }
  bool number_integer(number_integer_t /*value*/) override {
    return unexpected("a number below 0");
  }
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return unexpected("a fraction");
  }
  bool binary(binary_t& /*value*/) override { return unexpected("binary data"); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    problems_.add(line_, is_python() ? "a dictionary of Python, expected JSON, which json.dump() "
                                       "writes of it"
                                     : fmt::format("malformed JSON, expected {}", kExpected));
    return false;
  }

 private:
  enum class Place { Outside, List, Object, Pair };  // Pair: the array of a class in the object

  bool unexpected(std::string_view found);
  bool key_is_number();
  bool store(std::size_t number, ClassLabel label);
  // "{0: 'tench', ...}", as print() writes it.
  bool is_python() const {
    const std::size_t second = text_.find_first_not_of(" \t\r\n", text_.find('{') + 1);
    return text_.find('{') != std::string_view::npos && second != std::string_view::npos &&
           (text_[second] == '\'' || (text_[second] >= '0' && text_[second] <= '9'));
  }

  const std::string_view text_;
  const int& line_;
  LabelProblems& problems_;
  Place place_ = Place::Outside;
  std::string key_;
  std::size_t number_ = 0;  // of the class, where the key says it
  std::vector<std::string> texts_;
  std::vector<std::optional<Entry>> entries_;
  WordnetIds ids_;
};

// A key as far as it can be shown.
std::string in_quotes(const std::string& key) {
  constexpr std::size_t kLongest = 20;
  const bool fine = key.size() <= kLongest && problem_with(key, "key").empty();
  return fine ? fmt::format(" '{}'", key) : "";
}

bool ClassIndexReader::unexpected(std::string_view found) {
  if (place_ == Place::Outside) {
    problems_.add(line_, fmt::format("{}, expected {}", found, kExpected));
  } else {
    const std::string entry = place_ == Place::List ? fmt::format("class {}", entries_.size())
                                                    : fmt::format("key{}", in_quotes(key_));
    problems_.add(line_, fmt::format("{} as the entry of {}, expected {}", found, entry,
                                     place_ == Place::List
                                         ? "a label"
                                         : "a label, an array of two strings, WordNet id and "
                                           "label, or, of a label, its class's number"));
  }
  return false;
}

bool ClassIndexReader::key_is_number() {
  const auto [end, error] = std::from_chars(key_.data(), key_.data() + key_.size(), number_);
  const bool is_number = error == std::errc() && end == key_.data() + key_.size();
  // Keras writes numbers without zeros in front.
  if (is_number && number_ < kMaxLabels && std::to_string(number_) == key_) return true;
  problems_.add(line_, fmt::format("key{}, expected the number of a class, 0 to {}",
                                   in_quotes(key_), kMaxLabels - 1));
  return false;
}

bool ClassIndexReader::store(std::size_t number, ClassLabel label) {
  if (entries_.size() <= number) entries_.resize(number + 1);
  if (entries_[number]) {
    problems_.add(
        line_, fmt::format("class {} again, it is on line {} too", number, entries_[number]->line));
    return false;
  }
  std::string problem = problem_with(label.label, fmt::format("label of class {}", number));
  if (problem.empty() && !label.wordnet_id.empty()) {
    problem = problem_with(label.wordnet_id, fmt::format("WordNet id of class {}", number));
  }
  if (problem.empty() && is_wordnet_id(label.wordnet_id)) {
    const int before = ids_.line_before(label.wordnet_id, line_);
    if (before != 0) {
      problem = fmt::format("WordNet id {} of class {} is that of line {} too", label.wordnet_id,
                            number, before);
    }
  }
  if (!problem.empty()) problems_.add(line_, std::move(problem));
  entries_[number] = Entry{std::move(label), line_};
  return !problems_.full();
}

bool ClassIndexReader::string(string_t& text) {
  switch (place_) {
    case Place::Outside:
      return unexpected("a string");
    case Place::List:
      if (entries_.size() == kMaxLabels) {
        problems_.add(line_, fmt::format("more than {} labels", kMaxLabels));
        return false;
      }
      return store(entries_.size(), {.wordnet_id = "", .label = std::move(text)});
    case Place::Object:
      return key_is_number() && store(number_, {.wordnet_id = "", .label = std::move(text)});
    case Place::Pair:
      if (texts_.size() == 2) return unexpected("more than two strings");
      texts_.push_back(std::move(text));
      return true;
  }
  return false;
}

// class_indices of Keras' generators.
bool ClassIndexReader::number_unsigned(number_unsigned_t value) {
  if (place_ != Place::Object) return unexpected("a number");
  if (value >= kMaxLabels) {
    problems_.add(line_, fmt::format("{} as the class of label{}, expected 0 to {}", value,
                                     in_quotes(key_), kMaxLabels - 1));
    return false;
  }
  return store(value, {.wordnet_id = "", .label = std::move(key_)});
}

bool ClassIndexReader::end_array() {
  if (place_ == Place::List) return true;
  if (texts_.size() != 2) return unexpected("an array of fewer strings");
  place_ = Place::Object;
  return store(number_, {.wordnet_id = std::move(texts_[0]), .label = std::move(texts_[1])});
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
  ClassIndexReader reader(text, line, problems);
  const bool whole =
      nlohmann::json::sax_parse(CountingIterator(text.data(), &line),
                                CountingIterator(text.data() + text.size(), &line), &reader);
  if (!whole) return {};
  return std::move(reader).take();
}

}  // namespace slimc::frontend
