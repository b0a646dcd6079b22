#include "compiler/objects/check_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

std::string problem(const std::string& object, const std::string& target) {
  const Target parsed = *parse_target(target);
  return object_problem(object, {.target = parsed,
                                 .defines = {"net_run"},
                                 .may_need = [](std::string_view name) { return name == "sin"; }});
}

std::string problem_of_code(const std::string& code, const std::string& of,
                            const std::string& wanted) {
  return problem(testing::compile_c(code, parse_target(of)->triple), wanted);
}

class CheckedObject : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Targets, CheckedObject,
                         ::testing::Values("x86-64", "x86-64-macos", "x86-64-windows",
                                           "x86-32-linux", "arm64", "arm64-macos", "arm64-ios",
                                           "arm64-windows", "armv7-neon", "armv7-neon-baremetal"));

TEST_P(CheckedObject, IsOneForItsTarget) {
  const char* code = "double sin(double); double net_run(double x) { return sin(x); }";
  EXPECT_EQ(problem_of_code(code, GetParam(), GetParam()), "");
}

TEST_P(CheckedObject, DefinesWhatItIsAskedFor) {
  EXPECT_EQ(problem_of_code("int other(void) { return 1; }", GetParam(), GetParam()),
            "does not define net_run");
}

TEST_P(CheckedObject, NeedsNothingElse) {
  EXPECT_EQ(problem_of_code("int other(void), more(void);\n"
                            "int net_run(void) { return other() + more(); }",
                            GetParam(), GetParam()),
            "needs more, other, which nothing that it was made of names");
}

TEST(CheckedObject, IsOfTheTargetsFormatAndArchitecture) {
  const char* code = "int net_run(void) { return 1; }";
  EXPECT_EQ(problem_of_code(code, "x86-64", "arm64"),
            "is a 64-bit ELF object for x86, expected a 64-bit ELF object for aarch64");
  EXPECT_EQ(problem_of_code(code, "arm64-macos", "arm64-windows"),
            "is a 64-bit Mach-O object for aarch64, expected a 64-bit COFF object for aarch64");
  EXPECT_EQ(problem_of_code(code, "x86-32-linux", "x86-64"),
            "is a 32-bit ELF object for x86, expected a 64-bit ELF object for x86");
  EXPECT_EQ(problem(testing::compile_c(code, "wasm32-unknown-unknown"), "armv7-neon"),
            "is a 32-bit WASM object for wasm, expected a 32-bit ELF object for arm");
  EXPECT_EQ(problem("", "x86-64"), "is no object file");
}

#if defined(__x86_64__) && defined(__linux__)
TEST(CheckedObject, IsNotLinked) {
  EXPECT_EQ(problem(testing::read_text("/proc/self/exe"), "x86-64"),
            "is linked already, expected an object");
}
#endif

}  // namespace
}  // namespace slimc
