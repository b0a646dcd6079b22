#include "frontend/imported_op.h"

#include <gtest/gtest.h>

#include "tests/common/graph_builder.h"

namespace slimc::frontend {
namespace {

TEST(InferShapeOf, GivesTheShapeOrSaysWhyThereIsNone) {
  testing::GraphBuilder b({1, 8, 8, 3});
  Op op{.kind = OpKind::Pad, .name = "pad", .inputs = {b.input()}};
  op.attributes = PadAttributes{{.top = 1, .bottom = 1}};
  EXPECT_EQ(infer_shape_of(b.graph(), op), "");
  EXPECT_EQ(op.shape, (Shape{1, 10, 8, 3}));
  op.kind = OpKind::MatMul;
  EXPECT_NE(infer_shape_of(b.graph(), op), "");
}

// Up to what no integer can count.
TEST(InferShapeOf, RefusesResultsBeyondWhatSlimcTakes) {
  testing::GraphBuilder b({1, 8, 8, 3});
  Op op{.kind = OpKind::Pad, .name = "pad", .inputs = {b.input()}};
  op.attributes = PadAttributes{{.top = 1 << 20, .left = 1 << 20}};
  EXPECT_EQ(infer_shape_of(b.graph(), op),
            "its result has the shape [1,1048584,1048584,3], which is more than the 268435456 "
            "elements that slimc takes");
}

std::string resolved(const Shape& from, std::vector<std::int64_t> target,
                     const ReplacedBatch& batch = {}) {
  const auto shape = resolve_reshape(from, std::move(target), batch);
  return shape ? shape->to_string() : "";
}

TEST(ResolveReshape, FillsInTheOpenSize) {
  EXPECT_EQ(resolved({2, 3, 4}, {-1, 4}), "[6,4]");
  EXPECT_EQ(resolved({2, 3, 4}, {24}), "[24]");
  EXPECT_EQ(resolved({1}, {}), "[]");
}

TEST(ResolveReshape, RefusesWhatDoesNotFit) {
  EXPECT_EQ(resolved({2, 3, 4}, {-1, 5}), "");
  EXPECT_EQ(resolved({2, 3, 4}, {-1, -1}), "");
  EXPECT_EQ(resolved({2, 3, 4}, {-2, 12}), "");
  EXPECT_EQ(resolved({2, 3, 4}, {-1, 0}), "");
  EXPECT_EQ(resolved({2, 3, 4}, {25}), "");
  EXPECT_EQ(resolved({2, 3, 4}, {std::int64_t{1} << 40, std::int64_t{1} << 40, -1}), "");
}

// 4 images where the file says 1.
TEST(ResolveReshape, TakesTheFilesBatchForTheOneThatWasChosen) {
  EXPECT_EQ(resolved({4, 1, 1, 10}, {1, 10}, {1, 4}), "[4,10]");
  EXPECT_EQ(resolved({4, 1, 1, 10}, {1, -1}, {1, 4}), "[4,10]") << "an open size as well";
  EXPECT_EQ(resolved({4, 1, 1, 10}, {-1, 10}, {1, 4}), "[4,10]");
  EXPECT_EQ(resolved({1, 1, 1, 10}, {1, 10}, {}), "[1,10]");
}

}  // namespace
}  // namespace slimc::frontend
