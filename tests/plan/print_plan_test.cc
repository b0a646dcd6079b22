#include <gmock/gmock.h>

#include "tests/plan/published.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;
using testing::published;

TEST(PrintPlan, NamesStagesAndBuffers) {
  const std::string text = print(published(0.25, 128));
  EXPECT_THAT(text, HasSubstr("stage block_1: depthwise 3x3 + pointwise 8 -> 16, 64x64; kernel "));
  EXPECT_THAT(text, HasSubstr("\nbuffer conv_0: bytes 0.."));
}

TEST(PrintPlan, SaysWhatBuffersHold) {
  EXPECT_THAT(print(published(0.25, 128)),
              HasSubstr(" 64x64x8 float32, pixels 8 apart, halo 1 + 1"));
}

}  // namespace
}  // namespace slimc
