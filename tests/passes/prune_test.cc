#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(Prune, DropsWhatTheOutputDoesNotNeed) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value conv = b.conv(b.input(), 3, 2);
  const Value dead = b.conv(conv, 1, 5);
  b.relu6(dead);
  const Graph after = run(prune, b.finish(conv));
  EXPECT_EQ(kinds(after), "Input Conv2D");
  EXPECT_EQ(count(after, OpKind::Constant), 1);
}

TEST(Prune, KeepsTheInput) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph after = run(prune, b.finish(b.random_constant(Shape{3})));
  EXPECT_EQ(kinds(after), "Input");
  EXPECT_EQ(after.op(after.input).name, "input");
}

TEST(Prune, KeepsNamesAndOrder) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph before = b.finish(b.relu6(b.conv(b.input(), 3, 2)));
  EXPECT_EQ(print(run(prune, before)), print(before));
}

}  // namespace
}  // namespace slimc::testing
