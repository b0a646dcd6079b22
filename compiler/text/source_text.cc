#include "compiler/text/source_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "compiler/plan/library.h"
#include "support/check.h"

namespace slimc {

std::int64_t instance_bytes(const Plan& plan) {
  constexpr std::int64_t kWithOneOutput = 640, kPointer = 8;
  if (plan.outputs.size() == 1) return kWithOneOutput;
  const auto pointers = static_cast<std::int64_t>(plan.outputs.size()) * kPointer;
  return kWithOneOutput + (pointers + kMemoryAlignment - 1) / kMemoryAlignment * kMemoryAlignment;
}

std::string macro_prefix(const std::string& name) {
  std::string prefix = name;
  for (char& c : prefix) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return prefix;
}

std::string inner_scope(const Plan& plan) { return "slimc::of_" + plan.name; }

namespace {

constexpr std::size_t kColumns = 100;

// "/* ... */" of one or more lines, in lines as long as can be.
std::string fill_comment(const std::string& comment) {
  std::istringstream words(comment);
  std::string text, line, word;
  while (words >> word) {
    if (!line.empty() && line.size() + 1 + word.size() > kColumns) {
      text += line + "\n";
      line = "  ";
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return text + line + "\n";
}

// A line that ends in a string, as two strings side by side, which C joins; between words. In a
// list they stand in parentheses: else a comma might be missing.
std::string break_string(std::string line) {
  std::size_t quote = line.find('"');
  if (line.ends_with(',')) {
    line.insert(quote++, "(");
    line.insert(line.size() - 1, ")");
  }
  std::string text;
  while (line.size() > kColumns) {
    const std::size_t space = line.rfind(' ', kColumns - 2);
    if (space == std::string::npos || space <= quote) break;
    text += line.substr(0, space + 1) + "\"\n";
    line = std::string(quote, ' ') + '"' + line.substr(space + 1);
  }
  return text + line + "\n";
}

// "if (condition) return x;" in braces.
std::string break_condition(const std::string& line, std::size_t statement) {
  const std::string indent(line.find("if"), ' ');
  return line.substr(0, statement) + "{\n" + indent + "  " + line.substr(statement) + "\n" +
         indent + "}\n";
}

std::string break_list(std::string line) {
  if (line.starts_with('#')) return line + "\n";  // a directive is one line
  if ((line.ends_with("\";") || line.ends_with("\",")) &&
      std::count(line.begin(), line.end(), '"') == 2) {
    return break_string(std::move(line));
  }
  const std::string behind_condition = ") return ";
  const std::size_t condition_end = line.rfind(behind_condition);
  if (condition_end != std::string::npos && line.find("if (") == line.find_first_not_of(' ')) {
    return break_condition(line, condition_end + 2);
  }
  std::string text;
  std::size_t indent = line.find('(') + 1;
  // Where an item is too long for the place below the first, all begin on a line of their own.
  std::size_t longest = 0;
  for (std::size_t at = indent; at < line.size();) {
    const std::size_t comma = std::min(line.find(", ", at), line.size());
    longest = std::max(longest, comma - at + 1);
    at = comma + 2;
  }
  if (line.size() > kColumns && indent > 4 && indent + longest > kColumns) {
    text = line.substr(0, indent) + "\n";
    line = std::string(4, ' ') + line.substr(indent);
    indent = 4;
  }
  while (line.size() > kColumns && indent > 0) {
    const std::size_t comma = line.rfind(", ", kColumns - 1);
    if (comma == std::string::npos || comma < indent) break;
    text += line.substr(0, comma + 1) + "\n";
    line = std::string(indent, ' ') + line.substr(comma + 2);
  }
  return text + line + "\n";
}

}  // namespace

std::string fit_columns(const std::string& text) {
  std::istringstream lines(text);
  std::string fitted, comment;
  bool too_long = false;
  for (std::string line; std::getline(lines, line);) {
    const bool begins = comment.empty() && line.rfind("/* ", 0) == 0;
    if (!begins && comment.empty()) {
      fitted += line.size() > kColumns ? break_list(line) : line + "\n";
      continue;
    }
    comment += line + "\n";
    too_long = too_long || line.size() > kColumns;
    if (line.size() < 2 || line.compare(line.size() - 2, 2, "*/") != 0) continue;
    fitted += too_long ? fill_comment(comment) : comment;
    comment.clear();
    too_long = false;
  }
  return fitted + comment;
}

std::string wrap_list(const std::string& head, const std::vector<std::string>& list,
                      const std::string& separator, const std::string& end) {
  std::string text = head;
  std::size_t column = head.size();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string piece = list[i] + (i + 1 < list.size() ? separator : end);
    if (i > 0 && column + 1 + piece.size() > 100) {
      text += '\n' + std::string(head.size(), ' ');
      column = head.size();
    } else if (i > 0) {
      text += ' ';
      ++column;
    }
    text += piece;
    column += piece.size();
  }
  return text + '\n';
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const auto amount = static_cast<double>(bytes);
  return bytes < 1000000 ? fmt::format("{:.1f} KB", amount * 1e-3)
                         : fmt::format("{:.2f} MB", amount * 1e-6);
}

std::string count_text(std::int64_t count) {
  return count < 1000000 ? std::to_string(count)
                         : fmt::format("{:.2f} million", static_cast<double>(count) * 1e-6);
}

std::string target_names(const Library& library) {
  std::string text;
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    if (i > 0) text += i + 1 < library.targets.size() ? ", " : " and ";
    text += comment_text(library.targets[i].target.name);
  }
  return text;
}

bool has_threads(const Library& library) {
  return !library.no_threads && library.targets.front().target.platform->has_threads;
}

bool asks_environment(const Library& library) {
  return library.targets.size() > 1 && !library.no_threads &&
         library.targets.front().target.platform->has_environment;
}

std::string checked_create_symbol(const Library& library) {
  return library.plan().name +
         (library.external_weights ? "_create_checked_with_weights" : "_create_checked");
}

std::string threads_range(const Plan& plan) { return fmt::format("1 to {}", plan.max_threads); }

}  // namespace slimc
