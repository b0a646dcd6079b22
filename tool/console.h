// How slimc talks: results on stdout, all else on stderr.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "support/reporter.h"
#include "support/result.h"

namespace slimc {

// Keys keep the order in which they were set: that of the documentation.
using Json = nlohmann::ordered_json;

// Without breaks where `indent` is -1. Strings that are not UTF-8 (file names can be anything) have
// their bad bytes replaced; what a terminal would obey or not show is escaped as JSON escapes.
std::string json_text(const Json& document, int indent = -1);

// The command line's reporter. On a terminal, progress is a bar that redraws itself; elsewhere it
// is a line from time to time, none for work that is done at once. All that is written goes through
// an encoder (support/encode.h): what is one line here is one line there, whatever names
// of strangers' files are in it. Thread-safe.
class Console final : public Reporter {
 public:
  Console(bool json, bool verbose);
  ~Console() override;

  // Whether results are wanted as JSON.
  bool json() const { return json_; }

  // Where `output`, the value of `option`, goes to standard output, results are printed on stderr
  // from here on; JSON, which is for programs, cannot be: a failure.
  Result<void> give_standard_output_to(const std::filesystem::path& output,
                                       const std::string& option);

  // stdout. Text has lines of ours, and who puts a name into one encodes it; JSON is one indented
  // document with a newline.
  void print(std::string_view text);
  void print_json(const Json& document);

  // stderr, "slimc: error: ..." and so on.
  void error(const Diagnostics& problems);
  // Each once, however many parts of slimc meet the same.
  void warning(const Diagnostic& diagnostic) override;
  void progress(const std::string& what, int done, int total) override;
  void detail(const std::string& line) override;
  // stderr: what --dump-after asks for, lines of ours as in print().
  void dump(std::string_view text);

  // Makes sure that everything printed has arrived; a full disk behind stdout is a failure.
  Result<void> finish();

 private:
  void erase_bar();  // mutex_ is held

  const bool json_;
  const bool verbose_;
  const bool terminal_;
  std::FILE* results_ = stdout;
  std::set<std::string> warned_;
  std::mutex mutex_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

}  // namespace slimc
