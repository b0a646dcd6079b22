#include <gtest/gtest.h>

#include "ir/graph.h"
#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

TEST(Print, OneLineAnOp) {
  testing::GraphBuilder b(Shape{1, 8, 8, 3});
  const Value w = b.constant(Shape{3, 3, 3, 2}, std::vector<float>(54, 1), "w");
  const Value bias = b.constant(Shape{2}, {1, 2}, "b");
  ConvolutionAttributes a{.stride_h = 2,
                          .stride_w = 2,
                          .padding = {.bottom = 1, .right = 1},
                          .activation = Activation::Relu6};
  const Value conv = b.add(OpKind::Conv2D, {b.input(), w, bias}, a, "conv");
  const Value pool =
      b.add(OpKind::AvgPool, {conv}, PoolAttributes{.kernel_h = 4, .kernel_w = 4}, "pool");
  const Graph graph = b.finish(b.add(OpKind::Reshape, {pool}, ReshapeAttributes{{1, 2}}, "flat"));
  EXPECT_EQ(print(graph),
            "%0 Input 'input' -> [1,8,8,3]\n"
            "%1 Constant 'w' -> [3,3,3,2]\n"
            "%2 Constant 'b' -> [2]\n"
            "%3 Conv2D 'conv' (%0, %1, %2) stride=2x2 pad=0,1,0,1 relu6 -> [1,4,4,2]\n"
            "%4 AvgPool 'pool' (%3) kernel=4x4 stride=1x1 -> [1,1,1,2]\n"
            "%5 Reshape 'flat' (%4) -> [1,2]\n"
            "output %5\n");
}

}  // namespace
}  // namespace slimc
