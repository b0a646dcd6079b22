// A library is made of slimc, its generator program and clang++ alone. What else a machine has must
// not be seen in it: other compilers, system headers, the user's environment.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/build/compile_libraries.h"
#include "support/process.h"
#include "tests/targets/machines.h"
#include "tests/targets/small_networks.h"

namespace slimc::testing {
namespace {

// Variables of the environment for as long as it lives.
class Environment {
 public:
  void set(const std::string& name, const std::string& value) {
    const char* const before = ::getenv(name.c_str());
    before_.emplace_back(name,
                         before != nullptr ? std::optional<std::string>(before) : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_) {
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
    }
  }

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

class Completeness : public ::testing::TestWithParam<const char*> {};

TEST_P(Completeness, NeedsNothingButClang) {
  const Target target = *parse_target(GetParam());
  const Result<CompiledLibrary> rich = compile_for(smallest_network(), target);
  ASSERT_TRUE(rich) << rich.error().to_string();

  // A clang++ that finds neither GCC nor headers, alone in PATH; misleading variables.
  const TemporaryFolder folder;
  const std::string clang = find_program("clang++").string();
  ASSERT_FALSE(clang.empty());
  std::ofstream(folder / "clang++")
      << "#!/bin/sh\nexec " << clang
      << " --gcc-toolchain=/nonexistent --sysroot=/nonexistent \"$@\"\n";
  std::filesystem::permissions(folder / "clang++", std::filesystem::perms(0755));
  Environment environment;
  environment.set("PATH", folder.path());
  environment.set("CPATH", SLIMC_SOURCE_DIR "/tests/targets/misleading");
  environment.set("CPLUS_INCLUDE_PATH", SLIMC_SOURCE_DIR "/tests/targets/misleading");
  environment.set("SDKROOT", "/nonexistent");
  environment.set("MACOSX_DEPLOYMENT_TARGET", "13.0");
  environment.set("IPHONEOS_DEPLOYMENT_TARGET", "16.0");
  const Result<CompiledLibrary> poor = compile_for(smallest_network(), target);
  ASSERT_TRUE(poor) << poor.error().to_string();
  EXPECT_TRUE(poor->archive == rich->archive) << "other bytes";
  EXPECT_EQ(poor->header, rich->header);
  EXPECT_EQ(poor->source, rich->source);
}

// One of each object format and architecture.
INSTANTIATE_TEST_SUITE_P(Targets, Completeness,
                         ::testing::Values("x86-64", "arm64", "armv7-neon", "arm64-baremetal",
                                           "x86-64-macos", "arm64-ios", "x86-64-windows",
                                           "arm64-windows"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace slimc::testing
