// What NAME.h declares before and behind a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/header_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HeaderImages, SayHowPixelsBecomeFloats) {
  EXPECT_THAT(header_images(testing::tiny_library()),
              AllOf(HasSubstr("x/127.5 - 1"), HasSubstr("tiny_preprocess_input_u8("),
                    Not(HasSubstr("must be a multiple of"))));
  EXPECT_THAT(header_images(testing::library_of_bgr_bytes()),
              AllOf(HasSubstr("`count` must be a multiple of TINY_INPUT_CHANNELS"),
                    HasSubstr("red, green, blue, which is reversed")));
}

TEST(HeaderImages, DecodeClassesAndNothingElse) {
  Library library = testing::tiny_library();
  EXPECT_THAT(header_images(library), HasSubstr("tiny_decode_predictions(const float *"));
  library.labels = {};
  EXPECT_THAT(header_images(library), HasSubstr("#define TINY_HAS_LABELS 0\n"));
  library.targets[0].plan.stages.back().shape.kind = StageKind::Pool;
  EXPECT_THAT(header_images(library), AllOf(HasSubstr("There is no tiny_decode_predictions"),
                                            Not(HasSubstr("TINY_HAS_LABELS"))));
}

}  // namespace
}  // namespace slimc
