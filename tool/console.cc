#include "tool/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "support/encode.h"
#include "support/files.h"

namespace slimc {
namespace {

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

// "[##########----------]  7/15 stage block_6"
std::string bar(const std::string& what, int done, int total) {
  constexpr int kWidth = 24;
  const int filled = total > 0 ? std::clamp(kWidth * done / total, 0, kWidth) : 0;
  return fmt::format("[{:#<{}}{:-<{}}] {}/{} {}", "", filled, "", kWidth - filled, done, total,
                     what);
}

}  // namespace

std::string json_text(const Json& document, int indent) {
  return printable_json(document.dump(indent, ' ', false, Json::error_handler_t::replace));
}

Console::Console(bool json, bool verbose)
    : json_(json), verbose_(verbose), terminal_(isatty(STDERR_FILENO) == 1) {}

Console::~Console() {
  const std::lock_guard lock(mutex_);
  erase_bar();
}

Result<void> Console::give_standard_output_to(const std::filesystem::path& output,
                                              const std::string& option) {
  if (!is_standard_output(output)) return {};
  if (json_) {
    return fail({.message = fmt::format("--json and {} {} would both go to standard output; name a "
                                        "file for {}",
                                        option, output.string(), option),
                 .blame = Blame::Usage});
  }
  results_ = stderr;
  return {};
}

void Console::erase_bar() {
  constexpr std::string_view kEraseLine = "\r\x1b[K";
  if (bar_shown_) put(stderr, kEraseLine);
  bar_shown_ = false;
}

void Console::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  erase_bar();
  put(results_, printable_text(text));
}

void Console::print_json(const Json& document) {
  constexpr int kIndent = 2;
  const std::lock_guard lock(mutex_);
  erase_bar();
  put(results_, json_text(document, kIndent) + "\n");
}

void Console::error(const Diagnostics& problems) {
  const std::lock_guard lock(mutex_);
  erase_bar();
  for (const Diagnostic& problem : problems.list()) {
    put(stderr, fmt::format("slimc: error: {}\n", printable_message(problem.to_string())));
  }
}

void Console::warning(const Diagnostic& diagnostic) {
  const std::lock_guard lock(mutex_);
  const std::string text = diagnostic.to_string();
  if (!warned_.insert(text).second) return;
  erase_bar();
  put(stderr, fmt::format("slimc: warning: {}\n", printable_message(text)));
}

void Console::progress(const std::string& what, int done, int total) {
  const std::lock_guard lock(mutex_);
  if (!terminal_) {
    constexpr std::chrono::seconds kPause(1);
    const auto now = std::chrono::steady_clock::now();
    if (now - last_line_ < kPause) return;
    last_line_ = now;
    put(stderr, fmt::format("slimc: {} ({}/{})\n", printable(what), done, total));
    return;
  }
  erase_bar();
  if (done >= total) return;
  put(stderr, bar(printable(what), done, total));
  bar_shown_ = true;
}

void Console::detail(const std::string& line) {
  if (!verbose_) return;
  const std::lock_guard lock(mutex_);
  erase_bar();
  put(stderr, fmt::format("slimc: {}\n", printable_message(line)));
}

void Console::dump(std::string_view text) {
  const std::lock_guard lock(mutex_);
  erase_bar();
  put(stderr, printable_text(text));
}

Result<void> Console::finish() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  return fail({.file = "standard output",
               .message = fmt::format("cannot be written: {}", std::strerror(errno))});
}

}  // namespace slimc
