#include "tool/table.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <string_view>
#include <unordered_map>

#include "support/encode.h"
#include "support/utf8.h"

namespace slimc {
namespace {

constexpr std::size_t kGap = 2;
// A name of which less is left says nothing.
constexpr std::size_t kShortestName = 20;

std::string padding(std::size_t wanted, std::size_t width) {
  return std::string(wanted > width ? wanted - width : 0, ' ');
}

// The byte at which character `index` begins.
std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) {
    const std::size_t bytes = first_character(text.substr(at)).bytes;
    at += bytes == 0 ? 1 : bytes;
  }
  return at;
}

// The end says more than the beginning, which names of a file have in common.
std::string without_middle(std::string_view text, std::size_t most, std::string_view mark) {
  const std::size_t kept = most > mark.size() ? most - mark.size() : 0;
  const std::size_t end = kept - kept / 3;
  return fmt::format("{}{}{}", text.substr(0, offset_of(text, kept / 3)), mark,
                     text.substr(offset_of(text, count_characters(text) - end)));
}

}  // namespace

std::vector<std::string> shortened(const std::vector<std::string>& texts, std::size_t most) {
  std::set<std::string> taken;
  std::unordered_map<std::string, std::string> results;
  std::unordered_map<std::string, int> alike;
  for (const std::string& text : texts) {
    if (count_characters(text) <= most) {
      taken.insert(text);
      results.emplace(text, text);
    }
  }
  for (const std::string& text : texts) {
    if (results.contains(text)) continue;
    std::string result = without_middle(text, most, "...");
    // How many have this form already, so that many alike do not count from the start each.
    for (int& i = alike.try_emplace(result, 1).first->second; !taken.insert(result).second;) {
      result = without_middle(text, most, fmt::format(".{}.", ++i));
    }
    results.emplace(text, std::move(result));
  }
  std::vector<std::string> list;
  for (const std::string& text : texts) list.push_back(results.at(text));
  return list;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    column.title = printable(column.title);
    if (column.narrow == Narrow::Automatic) {
      column.narrow = i == 0 ? Narrow::Shorten : Narrow::Never;
    }
  }
}

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

void Table::add_rule() { rows_.emplace_back(); }

Table::Widths Table::widths() const {
  Widths widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(count_characters(columns_[i].title));
    for (const std::vector<std::string>& row : rows_) {
      if (!row.empty()) widths[i] = std::max(widths[i], count_characters(row[i]));
    }
  }
  return widths;
}

std::string Table::text(const Widths& widths, const std::vector<bool>& shown) const {
  std::string text;
  const auto write_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!shown[i]) continue;
      if (!line.empty() || i > 0) line += std::string(kGap, ' ');
      const std::string content = cell(i);
      const std::string blank = padding(widths[i], count_characters(content));
      line += columns_[i].align == Align::Right ? blank + content : content + blank;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  const auto rule = [&](std::size_t i) { return std::string(widths[i], '-'); };
  write_line([&](std::size_t i) { return columns_[i].title; });
  write_line(rule);
  std::vector<std::vector<std::string>> columns(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    for (const std::vector<std::string>& row : rows_) {
      columns[i].push_back(row.empty() ? "" : row[i]);
    }
    columns[i] = shortened(columns[i], widths[i]);
  }
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (rows_[row].empty()) {
      write_line(rule);
    } else {
      write_line([&](std::size_t i) { return columns[i][row]; });
    }
  }
  return text;
}

std::string Table::to_string(std::size_t most) const {
  Widths wanted = widths();
  std::vector<bool> shown(columns_.size(), true);
  const auto sum = [&] {
    std::size_t total = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (shown[i]) total += wanted[i] + (i > 0 ? kGap : 0);
    }
    return total;
  };
  bool narrowed = false, dropped = false;
  const auto shorten = [&] {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t total = sum();
      if (columns_[i].narrow != Narrow::Shorten || total <= most) continue;
      const std::size_t least = std::max(kShortestName, count_characters(columns_[i].title));
      if (wanted[i] <= least) continue;
      wanted[i] = std::max(least, wanted[i] - std::min(wanted[i], total - most));
      narrowed = true;
    }
  };
  shorten();
  for (std::size_t i = columns_.size(); i-- > 0;) {
    if (columns_[i].narrow != Narrow::Drop || sum() <= most) continue;
    shown[i] = false;
    dropped = true;
  }
  if (dropped && sum() < most) {  // give the names what is left
    wanted = widths();
    shorten();
  }
  std::string result = text(wanted, shown);
  if (narrowed || dropped) {
    result += fmt::format("({} for {} columns; --json has all)\n",
                          narrowed && dropped ? "names shortened, columns left out"
                          : narrowed          ? "names shortened"
                                              : "columns left out",
                          most);
  }
  return result;
}

std::string Table::to_string() const { return to_string(output_width()); }

std::size_t output_width() {
  constexpr std::size_t kDefault = 100;
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    return size.ws_col;
  }
  const char* columns = std::getenv("COLUMNS");
  if (columns == nullptr) return kDefault;
  const std::string_view text = columns;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : kDefault;
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
