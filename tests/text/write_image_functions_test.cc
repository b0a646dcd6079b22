// The functions of NAME.cc around a run. What they do is tested in
// tests/runtime/predictions_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/source_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImageFunctions, ScalePixelsByOneExpressionOrChannelByChannel) {
  EXPECT_THAT(preprocess_function(testing::tiny_plan()),
              AllOf(HasSubstr("return x / 127.5f - 1.0f;"), Not(HasSubstr("WRONG_COUNT"))));
  EXPECT_THAT(preprocess_function(testing::library_of_bgr_bytes().plan()),
              AllOf(HasSubstr("{5.000000000e-01f, 2.500000000e-01f, 1.250000000e-01f}"),
                    HasSubstr("scale, offset, true, input"), HasSubstr("WRONG_COUNT")));
}

TEST(ImageFunctions, KnowLabelsWhereThereAreSome) {
  Library library = testing::tiny_library();
  EXPECT_THAT(image_functions(library), HasSubstr("label_at[class_index]"));
  library.labels = {};
  EXPECT_THAT(image_functions(library),
              AllOf(HasSubstr("compiled without labels"), Not(HasSubstr("label_at"))));
  library.targets[0].plan.stages.back().shape.kind = StageKind::Pool;
  EXPECT_THAT(image_functions(library), Not(HasSubstr("decode_predictions")));
}

}  // namespace
}  // namespace slimc
