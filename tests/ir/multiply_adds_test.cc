#include <gtest/gtest.h>

#include "ir/graph.h"
#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using testing::GraphBuilder;

std::int64_t count(GraphBuilder& b, Value value) {
  return multiply_adds(b.graph(), b.graph().op(value));
}

TEST(MultiplyAdds, OfConvolutions) {
  GraphBuilder b(Shape{2, 10, 8, 3});
  const Value conv = b.conv(b.input(), 3, 16, 2);
  EXPECT_EQ(count(b, conv), 2 * 5 * 4 * 16 * (3 * 3 * 3));
  const Value depthwise = b.depthwise(conv, 3, 1, 2);
  EXPECT_EQ(count(b, depthwise), 2 * 5 * 4 * 32 * (3 * 3));
  const Value pointwise = b.conv(depthwise, 1, 7);
  EXPECT_EQ(count(b, pointwise), 2 * 5 * 4 * 7 * 32);
  EXPECT_EQ(count(b, b.relu6(pointwise)), 0);
}

TEST(MultiplyAdds, OfMatMul) {
  GraphBuilder b(Shape{2, 1, 1, 12});
  const Value x = b.reshape(b.input(), Shape{2, 12});
  EXPECT_EQ(count(b, b.add(OpKind::MatMul, {x, b.random_constant(Shape{12, 5})})), 2 * 12 * 5);
}

// 11 million: the first layer of MobileNet v1 1.0/224.
TEST(MultiplyAdds, OfMobileNetsFirstLayer) {
  GraphBuilder b(Shape{1, 224, 224, 3});
  EXPECT_EQ(count(b, b.conv(b.input(), 3, 32, 2)), 10'838'016);
}

}  // namespace
}  // namespace slimc
