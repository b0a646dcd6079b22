// The functions of NAME.cc that NAME.h declares. What they do is tested in tests/runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "compiler/text/source_parts.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::set<std::string> functions(const std::string& text, const std::regex& declaration) {
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

TEST(PublicFunctions, AreThoseOfTheHeader) {
  for (const auto& [shape, library] : testing::libraries_of_all_shapes()) {
    const std::set<std::string> declared =
        functions(write_header(library), std::regex("\n[a-z][\\w *]* \\*?(tiny_\\w+)\\("));
    EXPECT_GE(declared.size(), 18u) << shape;
    EXPECT_EQ(declared, functions(write_source(library),
                                  std::regex("\n[\\w:][\\w:* ]* (tiny_\\w+)\\([^;]*\\{")))
        << shape;
  }
}

TEST(HelperFunctions, AskTheEnvironmentWhereThereAreSeveralTargets) {
  EXPECT_THAT(helper_functions(testing::tiny_library()), Not(HasSubstr("forced_target")));
  EXPECT_THAT(helper_functions(testing::library_of_several_targets()),
              AllOf(HasSubstr("forced_target"), HasSubstr("ERROR_UNKNOWN_TARGET")));
}

TEST(PublicFunctions, TakeEachOutput) {
  EXPECT_THAT(public_functions(testing::library_of_several_outputs()),
              HasSubstr("return run(network, input, {outputs->tiny_output, outputs->pool});"));
}

}  // namespace
}  // namespace slimc
