// What NAME.h says of the instance and of the functions that make and run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/header_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string about(ElementType weights, ElementType arithmetic, ElementType accumulate) {
  Library library = testing::tiny_library();
  Plan& plan = library.targets[0].plan;
  plan.precision.weights = weights;
  plan.precision.arithmetic = arithmetic;
  plan.precision.accumulate = accumulate;
  return header_functions(library);
}

TEST(HeaderFunctions, SayWhatWeightsAreComputedIn) {
  constexpr ElementType f32 = ElementType::Float32, f16 = ElementType::Float16;
  EXPECT_THAT(about(f32, f32, f32), Not(HasSubstr("16-bit")));
  EXPECT_THAT(about(f16, f32, f32), HasSubstr("computed with as 32-bit ones"));
  EXPECT_THAT(about(f16, f16, f32), AllOf(Not(HasSubstr("computed with as 32-bit ones")),
                                          HasSubstr("multiplied as such"), HasSubstr("in 32")));
  EXPECT_THAT(about(f16, f16, f16),
              AllOf(HasSubstr("multiplied and added up as such"), Not(HasSubstr("32"))));
}

TEST(HeaderFunctions, StandInTheHeaderAsTheyAre) {
  const std::string text = header_functions(testing::tiny_library());
  for (const char* function : {"tiny_create(", "tiny_run(", "tiny_run_u8(", "tiny_set_threads(",
                               "tiny_stop_threads(", "tiny_destroy(", "tiny_target("}) {
    EXPECT_THAT(text, HasSubstr(function));
  }
}

}  // namespace
}  // namespace slimc
