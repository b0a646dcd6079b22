#include "compiler/tools/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc {

void Table::add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

void Table::add_rule() { rows_.emplace_back(); }

std::string Table::to_string() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(columns_[i].title.size());
    for (const std::vector<std::string>& row : rows_) {
      if (!row.empty()) widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  const auto write_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += "  ";
      line += columns_[i].align == Align::Right ? fmt::format("{:>{}}", cell(i), widths[i])
                                                : fmt::format("{:<{}}", cell(i), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  const auto rule = [&](std::size_t i) { return std::string(widths[i], '-'); };
  write_line([&](std::size_t i) { return columns_[i].title; });
  write_line(rule);
  for (const std::vector<std::string>& row : rows_) {
    if (row.empty()) {
      write_line(rule);
    } else {
      write_line([&](std::size_t i) { return row[i]; });
    }
  }
  return text;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}

}  // namespace slimc
