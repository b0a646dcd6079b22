#include "tests/tool/tool.h"

#include <gtest/gtest.h>

#include "support/files.h"
#include "support/process.h"
#include "tests/common/temporary_folder.h"

namespace slimc::testing {
namespace {

std::string contents(const std::filesystem::path& path) {
  const Result<std::string> text = read_file(path);
  if (!text) ADD_FAILURE() << text.error().to_string();
  return text ? *text : "";
}

}  // namespace

std::string ToolOutcome::transcript() const {
  return out + err + "exit status " + std::to_string(status) + "\n";
}

ToolOutcome run_slimc(const std::vector<std::string>& arguments,
                      const std::filesystem::path& working_folder,
                      const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  // $0 and $1 are where stdout and stderr go, $2 the working folder; the rest is what to run.
  std::vector<std::string> words = {"-c",
                                    "cd \"$2\" && out=$0 err=$1 && shift 2 && exec env \"$@\" "
                                    ">\"$out\" 2>\"$err\"",
                                    folder / "out",
                                    folder / "err",
                                    working_folder,
                                    "XDG_CACHE_HOME=" SLIMC_BINARY_DIR "/test-cache"};
  words.insert(words.end(), environment.begin(), environment.end());
  words.emplace_back(SLIMC_BINARY_DIR "/bin/slimc");
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Result<ProcessOutcome> outcome = run_process("/bin/sh", words, std::chrono::minutes(10));
  if (!outcome) {
    ADD_FAILURE() << outcome.error().to_string();
    return {};
  }
  EXPECT_EQ(outcome->signal, 0) << outcome->output;
  EXPECT_FALSE(outcome->timed_out);
  return {.status = outcome->exit_code,
          .out = contents(folder / "out"),
          .err = contents(folder / "err")};
}

std::filesystem::path shared_folder() {
  const std::filesystem::path folder =
      std::filesystem::path(SLIMC_SOURCE_DIR "/../shared").lexically_normal();
  return std::filesystem::exists(folder) ? folder : std::filesystem::path();
}

}  // namespace slimc::testing
