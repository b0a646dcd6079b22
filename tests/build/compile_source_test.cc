// clang++ as slimc calls it, and what may be wrong with it.
#include "compiler/build/compile_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/common/run_tools.h"
#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {
namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

CompileOptions options_for(const std::string& target) {
  CompileOptions options;
  auto parsed = parse_target(target);
  EXPECT_TRUE(parsed.has_value()) << target;
  if (parsed) options.targets = {*parsed};
  return options;
}

Result<std::string> compile(const Plan& plan, const CompileOptions& options,
                            const ClassLabels& labels = testing::tiny_labels()) {
  const Library library = testing::library_of(plan, options.target(), labels);
  return compile_source(write_header(library), write_source(library), plan.name, options.target(),
                        options.tools);
}

std::string object_for(const Plan& plan, const std::string& target,
                       const ClassLabels& labels = testing::tiny_labels()) {
  const auto object = compile(plan, options_for(target), labels);
  EXPECT_TRUE(object.has_value()) << (object ? "" : object.error().to_string());
  return object.value_or("");
}

TEST(CompileSource, DependsOnNothingButItsText) {
  const std::string object = object_for(testing::tiny_plan(), "x86-64");
  EXPECT_EQ(object, object_for(testing::tiny_plan(), "x86-64"));
  EXPECT_EQ(object.find(fs::temp_directory_path().string() + "/"), std::string::npos);
}

class BrokenTool : public ::testing::Test {
 protected:
  void write_stub(const std::string& script) {
    testing::write_text(stub, "#!/bin/sh\n" + script);
    fs::permissions(stub, fs::perms::owner_all);
    options.tools.clang = stub.string();
  }
  void expect_blamed(const ::testing::Matcher<std::string>& message) {
    const auto object = compile(testing::tiny_plan(), options);
    ASSERT_FALSE(object.has_value());
    EXPECT_EQ(object.error().blame(), Blame::Tool);
    EXPECT_THAT(object.error().to_string(), message);
  }
  CompileOptions options = options_for("x86-64");
  TemporaryFolder folder = testing::temporary_folder();
  fs::path stub = folder.path() / "clang++";
};

TEST_F(BrokenTool, MissingClang) {
  options.tools.clang = (folder.path() / "missing").string();
  expect_blamed(HasSubstr("missing"));
}

TEST_F(BrokenTool, ClangNowhereInPath) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", folder.path().c_str(), 1);
  unsetenv("SLIMC_CLANG");
  expect_blamed(
      AllOf(HasSubstr("clang++"), HasSubstr("apt install clang"), HasSubstr("$SLIMC_CLANG")));
  setenv("PATH", path.c_str(), 1);
}

TEST_F(BrokenTool, ClangFromTheEnvironment) {
  write_stub("echo this is the one; exit 4\n");
  options.tools.clang.clear();
  setenv("SLIMC_CLANG", stub.c_str(), 1);
  expect_blamed(AllOf(HasSubstr("this is the one"), HasSubstr("failed with status 4")));
  unsetenv("SLIMC_CLANG");
}

TEST_F(BrokenTool, ClangThatCrashes) {
  write_stub("kill -SEGV $$\n");
  expect_blamed(HasSubstr("signal 11"));
}

TEST_F(BrokenTool, ClangThatHangs) {
  write_stub("sleep 1000\n");
  options.tools.time_limit_seconds = 1;
  expect_blamed(HasSubstr("was stopped after 1 s"));
}

TEST_F(BrokenTool, ClangThatWritesNothing) {
  write_stub("exit 0\n");
  expect_blamed(HasSubstr("tiny"));
}

TEST_F(BrokenTool, MissingRuntime) {
  options.tools.runtime_include = folder.path();
  expect_blamed(AllOf(HasSubstr(folder.path().string()), HasSubstr("slimc/runtime.h")));
}

}  // namespace
}  // namespace slimc
