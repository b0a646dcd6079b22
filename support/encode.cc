#include "support/encode.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "support/utf8.h"

namespace slimc {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// In front of each line of quoted_lines().
constexpr std::string_view kQuotedLine = "\n  | ";

std::string hexadecimal(std::uint32_t number, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += kDigits[number >> static_cast<unsigned>(shift) & 15u];
  }
  return text;
}

std::string octal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += '\\';
    for (const unsigned shift : {6u, 3u, 0u}) text += kDigits[byte >> shift & 7u];
  }
  return text;
}

// Calls `take(bytes, character)` with each character; with 0 bytes long ones for what is not UTF-8.
template <typename Take>
void for_each_character(std::string_view text, const Take& take) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = first_character(text.substr(at));
    const std::string_view bytes = text.substr(at, std::max<std::size_t>(character.bytes, 1));
    take(bytes, character);
    at += bytes.size();
  }
}

bool is_shown(const Utf8Character& character) {
  return character.bytes > 0 && slimc::is_shown(character.number);
}

std::string escape(std::string_view bytes, const Utf8Character& character) {
  if (character.bytes > 1) {
    constexpr std::uint32_t kFourDigits = 0xffff;
    return character.number <= kFourDigits ? "\\u" + hexadecimal(character.number, 4)
                                           : "\\U" + hexadecimal(character.number, 8);
  }
  return "\\x" + hexadecimal(static_cast<unsigned char>(bytes[0]), 2);
}

std::string json_escape(std::uint32_t number) {
  if (number <= 0xffff) return "\\u" + hexadecimal(number, 4);
  const std::uint32_t rest = number - 0x10000;  // a pair of surrogates
  return "\\u" + hexadecimal(0xd800 | rest >> 10, 4) + "\\u" +
         hexadecimal(0xdc00 | (rest & 0x3ff), 4);
}

// Why a path cannot stand in a rule, or nullptr. Tried with GNU Make 4.3 and Ninja 1.11.
const char* why_no_rule_holds(std::string_view path, RuleSide side) {
  bool control = false;
  for_each_character(path, [&](std::string_view, const Utf8Character& character) {
    control = control || (character.bytes > 0 && is_control_character(character.number));
  });
  if (control) return "it has control characters, which would be read as lines of their own";
  if (path.find_first_of("\"&'*;<>?^`|") != std::string_view::npos) {
    return "Ninja ends a name at each of \"&'*;<>?^`|";
  }
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    if (path[i] == '\\' && std::string_view("#:$").find(path[i + 1]) != std::string_view::npos) {
      return "Make and Ninja read a backslash in front of '#', ':' or '$' differently";
    }
  }
  if (!path.empty() && std::string_view("\\: ").find(path.back()) != std::string_view::npos) {
    return "no name there ends in a blank, a colon or a backslash";
  }
  if (path.starts_with('~'))
    return "Make takes '~' in front for somebody's folder; './' is no help";
  for (const char* assignment : {"=", ":=", "::=", "+=", "!="}) {
    if (path.starts_with(assignment)) return "Make takes '=' in front for an assignment";
  }
  const std::size_t bracket = path.find('[');
  if (bracket != std::string_view::npos && path.find(']', bracket) != std::string_view::npos) {
    return "Make takes '[...]' for a pattern of names";
  }
  if (path.ends_with(')') && path.find('(', 1) < path.size()) {
    return "Make takes 'a(b)' for a member of an archive";
  }
  if (side == RuleSide::Target && path.find_first_of("%=") != std::string_view::npos) {
    return "Make takes '%' for a pattern and '=' for an assignment";
  }
  return nullptr;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for_each_character(text, [&](std::string_view bytes, const Utf8Character& character) {
    result += is_shown(character) ? std::string(bytes) : escape(bytes, character);
  });
  return result;
}

std::string quoted_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    result.append(kQuotedLine).append(printable(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string printable_message(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(kQuotedLine, at), text.size());
    result += printable(text.substr(at, end - at));
    if (end == text.size()) break;
    result += kQuotedLine;
    at = end + kQuotedLine.size();
  }
  return result;
}

std::string printable_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += printable(text.substr(0, end));
    if (end < text.size()) result += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string printable_json(std::string_view json) {
  std::string result;
  for_each_character(json, [&](std::string_view bytes, const Utf8Character& character) {
    // Newlines are the layout's: those of strings are escaped already.
    if (is_shown(character) || character.number == '\n') {
      result += bytes;
    } else {
      constexpr std::uint32_t kReplacement = 0xfffd;
      result += json_escape(character.bytes == 0 ? kReplacement : character.number);
    }
  });
  return result;
}

std::string comment_text(std::string_view text) {
  std::string safe;
  for_each_character(text, [&](std::string_view bytes, const Utf8Character& character) {
    if (!is_shown(character)) {
      safe += escape(bytes, character);
      return;
    }
    // A backslash that ends the line would continue it, as would the trigraph for it.
    if (bytes == "\\") {
      safe += "\\x5c";
      return;
    }
    const bool closes = bytes == "/" && (safe.ends_with('*') || safe.ends_with("??"));
    const bool opens = bytes == "*" && safe.ends_with('/');
    if (closes || opens) safe += ' ';
    safe += bytes;
  });
  return safe;
}

std::string string_literal(std::string_view text) {
  std::string literal = "\"";
  for_each_character(text, [&](std::string_view bytes, const Utf8Character& character) {
    // Three octal digits never run into what follows; '?' could begin a trigraph in C99.
    const bool special = bytes == "\"" || bytes == "\\" || bytes == "?";
    literal += special || !is_shown(character) ? octal(bytes) : std::string(bytes);
  });
  return literal + '"';
}

std::string pkg_config_value(std::string_view text) {
  std::string value;
  for (const char c : printable(text)) {
    if (c == '$') value += '$';
    if (c == '#' || c == '\\' || c == '"' || c == '\'') value += '\\';
    value += c;
  }
  return value;
}

Result<std::string> dependency_name(const std::filesystem::path& path, RuleSide side) {
  const std::string text = path.string();
  if (const char* reason = why_no_rule_holds(text, side)) {
    return fail({.file = text,
                 .message = std::string("its path cannot be written to a dependency file that Make "
                                        "and Ninja read alike: ") +
                            reason + "; expected another path, or no --depfile"});
  }
  std::string name;
  std::size_t backslashes = 0;
  for (const char c : text) {
    // Before a blank both read two backslashes as one.
    if (c == ' ') name += std::string(backslashes + 1, '\\');
    if (c == '#' || c == ':') name += '\\';
    if (c == '$') name += '$';
    name += c;
    backslashes = c == '\\' ? backslashes + 1 : 0;
  }
  return name;
}

}  // namespace slimc
