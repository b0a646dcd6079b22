// What NAME.h declares for tools that look inside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/header_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(HeaderObservation, DeclaresAllThatAStageReads) {
  EXPECT_THAT(header_observation(testing::tiny_plan()),
              AllOf(HasSubstr("  const int *input_stages;"), HasSubstr("  const char *type; ")));
}

TEST(HeaderObservation, DependsOnTheNameAlone) {
  Plan other = testing::library_of_several_outputs().plan();
  EXPECT_EQ(header_observation(other), header_observation(testing::tiny_plan()));
  other.name = "other";
  EXPECT_THAT(header_observation(other), HasSubstr("other_set_profiler("));
}

}  // namespace
}  // namespace slimc
