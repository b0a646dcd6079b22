#include "support/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearestNames, ByLettersTheNearestFirst) {
  EXPECT_THAT(nearest_names("comple", {"inspect", "couple", "compile"}),
              ElementsAre("couple", "compile"));
  EXPECT_THAT(nearest_names("SOFTMAX", {"softmax"}), ElementsAre("softmax"));
  EXPECT_THAT(nearest_names("dnese", {"dense"}), ElementsAre("dense"));
}

TEST(NearestNames, PartsOfAPath) {
  EXPECT_THAT(nearest_names("dense", {"model/dense/Softmax", "condensed", "pool"}),
              ElementsAre("model/dense/Softmax"));
}

TEST(NearestNames, NoneWhereNoneIsNear) {
  EXPECT_THAT(nearest_names("logits", {"input", "conv1"}), IsEmpty());
  EXPECT_THAT(nearest_names("", {"input", ""}), IsEmpty());
  EXPECT_THAT(nearest_names("x", {}), IsEmpty());
}

TEST(NearestNames, ThreeAtMostAndEachOnce) {
  EXPECT_EQ(nearest_names("conv", {"conv1", "conv2", "conv3", "conv4"}).size(), 3u);
  EXPECT_THAT(nearest_names("conv", {"conv1", "conv1"}), ElementsAre("conv1"));
}

TEST(DidYouMean, IsAQuestionOrNothing) {
  EXPECT_EQ(did_you_mean("logit", {"logits"}), "; did you mean 'logits'?");
  EXPECT_EQ(did_you_mean("conv", {"conv1", "conv2", "conv3"}),
            "; did you mean 'conv1', 'conv2' or 'conv3'?");
  EXPECT_EQ(did_you_mean("logit", {"input"}), "");
}

}  // namespace
}  // namespace slimc
