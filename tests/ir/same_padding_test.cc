#include <gtest/gtest.h>

#include "ir/graph.h"

namespace slimc {
namespace {

// What TensorFlow pads along one dimension, from its documentation's formula and known layers.
struct Case {
  std::int64_t in, kernel, stride, dilation, before, after;
};

class SamePadding : public ::testing::TestWithParam<Case> {};

TEST_P(SamePadding, IsTensorFlows) {
  const Case& c = GetParam();
  const Padding vertical = same_padding(c.in, 10, c.kernel, 1, c.stride, 1, c.dilation, 1);
  EXPECT_EQ(vertical, (Padding{.top = c.before, .bottom = c.after}));
  const Padding horizontal = same_padding(10, c.in, 1, c.kernel, 1, c.stride, 1, c.dilation);
  EXPECT_EQ(horizontal, (Padding{.left = c.before, .right = c.after}));
}

INSTANTIATE_TEST_SUITE_P(Table, SamePadding,
                         ::testing::Values(Case{224, 3, 2, 1, 0, 1},  // MobileNet's first layer
                                           Case{225, 3, 2, 1, 1, 1},  // odd: symmetric
                                           Case{112, 3, 1, 1, 1, 1},  //
                                           Case{224, 7, 2, 1, 2, 3},  // ResNet's first layer
                                           Case{7, 1, 1, 1, 0, 0},    //
                                           Case{7, 1, 2, 1, 0, 0},    // nothing is padded...
                                           Case{8, 1, 3, 1, 0, 0},    // ...and pixels are skipped
                                           Case{8, 2, 1, 1, 0, 1},    // even kernel
                                           Case{1, 3, 1, 1, 1, 1},    //
                                           Case{1, 3, 2, 1, 1, 1},    //
                                           Case{2, 3, 2, 1, 0, 1},    //
                                           Case{14, 3, 1, 2, 2, 2},   // dilated: reach 5
                                           Case{13, 3, 2, 2, 2, 2},   //
                                           Case{14, 3, 2, 2, 1, 2}));

}  // namespace
}  // namespace slimc
