// Plain-text tables for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slimc {

// Columns as wide as their widest cell, two spaces apart, a rule under the header. Widths count
// bytes: what slimc prints is ASCII except for a user's labels, which stand in last columns.
class Table {
 public:
  enum class Align { Left, Right };
  struct Column {
    std::string title;
    Align align = Align::Left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column.
  void add(std::vector<std::string> cells);
  // A rule before the next row, for totals.
  void add_rule();

  // Lines end in newlines and have no trailing spaces.
  std::string to_string() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

// "4 233 978": groups of three for long counts.
std::string grouped(std::int64_t number);

}  // namespace slimc
