// Text that slimc did not write (names and texts of models, paths, labels, what other programs
// print, what servers answer) on its way out. Every place that it reaches has its encoder, most of
// them here:
//
//   where it goes                          encoder
//   terminal: errors, warnings, progress   printable_message(), in Console alone
//   terminal: names in lines and tables    printable(), where the line is put together; Table's
//   cells terminal: what other programs print    quoted_lines()
//   --dump-after, graphs and plans         printable(), in their printers
//   --json, traces                         nlohmann::json, then printable_json()
//   --depfile                              dependency_name(), in depfile()
//   NAME.pc                                pkg_config_value()
//   NAME.h, NAME.cc: comments              comment_text()
//   NAME.h, NAME.cc: strings, labels       string_literal()
//   NAME.h, NAME.cc: identifiers, files    frontend::check_library_name(), output_identifier()
//   records of schedules, .pbtxt           protobuf's text format
//   checkpoints, .npy, objects, archives   lengths in front: nothing to encode
//   SHA256SUMS, notes of downloads         names that slimc chose; a header's value is one line
//   manual pages, shells' completion       hold nothing from outside: made of the table of options
//   cmake/ package                         quoted arguments, add_custom_command(VERBATIM)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "support/result.h"

namespace slimc {

// One line that says what it contains: control characters, newlines among them, what is no UTF-8,
// and characters that are not seen or that reorder others (is_shown(), utf8.h) are "\x1b",
// "\u202e".
std::string printable(std::string_view text);

// What another program printed, as the end of a message: each line behind a line break that is
// ours, so that none can pass for a line of slimc's. Empty for empty text.
std::string quoted_lines(std::string_view text);

// A whole message: printable() but for the line breaks of quoted_lines().
std::string printable_message(std::string_view text);

// A whole text of ours, whose names are encoded already: printable() but for newlines.
std::string printable_text(std::string_view text);

// JSON, which may have any of these characters in its strings, with escapes of its own for them.
std::string printable_json(std::string_view json);

// Text in a comment of either kind: one line, nothing that ends, begins or continues a comment.
std::string comment_text(std::string_view text);

// A C string literal with its quotes, of the same bytes. What is not shown is written in octal.
std::string string_literal(std::string_view text);

// The value of a variable or keyword of a .pc file.
std::string pkg_config_value(std::string_view text);

// A path as GNU Make and Ninja both read it in a rule. A target has more that Make would obey. What
// one of them cannot read as written is refused.
enum class RuleSide { Target, Prerequisite };
Result<std::string> dependency_name(const std::filesystem::path& path, RuleSide side);

}  // namespace slimc
