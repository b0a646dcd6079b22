// Plain-text tables for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace slimc {

// Columns as wide as their widest cell, two spaces apart, a rule under the header. Widths count
// characters, and control characters are written as "\x1b": cells hold names of strangers' files.
class Table {
 public:
  enum class Align { Left, Right };
  // What gives way where a table is wider than what it is shown on.
  enum class Narrow {
    Automatic,  // in the first column Shorten, elsewhere Never
    Never,
    Shorten,  // the middle of long cells is left out
    Drop,     // the column is left out, where shortening is not enough
  };
  struct Column {
    std::string title = {};
    Align align = Align::Left;
    Narrow narrow = Narrow::Automatic;
  };

  explicit Table(std::vector<Column> columns);

  // One cell a column.
  void add(std::vector<std::string> cells);
  // A rule before the next row, for totals.
  void add_rule();

  // Lines end in newlines and have no trailing spaces. Where they would be longer than `most`
  // characters, cells are shortened so that different ones stay different ("a/long...name",
  // "a/long.2.name"), and columns left out; a last line says so.
  std::string to_string(std::size_t most) const;
  // As wide as the terminal; see output_width().
  std::string to_string() const;

 private:
  using Widths = std::vector<std::size_t>;
  Widths widths() const;
  std::string text(const Widths& widths, const std::vector<bool>& shown) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

// The characters of a line on stdout: of the terminal that it is, else $COLUMNS, else 100.
std::size_t output_width();

// Texts of at most `most` characters for these, the middle of longer ones left out; equal ones for
// equal texts alone.
std::vector<std::string> shortened(const std::vector<std::string>& texts, std::size_t most);

// "4 233 978": groups of three for long counts.
std::string grouped(std::int64_t number);

}  // namespace slimc
