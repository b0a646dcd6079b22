// Arithmetic with shapes, against numbers worked out by hand (as NumPy has it, but for what the
// messages say).
#include "frontend/integer_arithmetic.h"

#include <gtest/gtest.h>

#include <limits>

namespace slimc::frontend {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

// "[2]: [3,4]", or what is wrong.
std::string text(const Integers& integers) {
  if (!integers) return integers.error();
  return integers->shape.to_string() + ": " + Shape(integers->data).to_string();
}

TEST(IntegerArithmetic, Packs) {
  EXPECT_EQ(text(pack({scalar_of(3), scalar_of(4)})), "[2]: [3,4]");
  EXPECT_EQ(text(pack({vector_of({3, 4}), vector_of({5, 6})})), "[2,2]: [3,4,5,6]");
  EXPECT_EQ(text(pack({})), "[0]: []");
  EXPECT_EQ(text(pack({scalar_of(3), vector_of({4})})),
            "packs tensors of shape [1]; slimc packs integers and equal vectors of integers only");
  const std::vector<std::int64_t> many(3000);
  EXPECT_EQ(text(pack({vector_of(many), vector_of(many)})),
            "makes 6000 integers or more; slimc takes up to 4096 (shapes, axes, paddings)");
}

TEST(IntegerArithmetic, Concatenates) {
  EXPECT_EQ(text(concatenate({vector_of({1}), vector_of({2, 3})})), "[3]: [1,2,3]");
  EXPECT_EQ(text(concatenate({{Shape{1, 2}, {1, 2}}})),
            "reads integers of the shape [1,2]; slimc computes with vectors of integers only");
}

TEST(IntegerArithmetic, Slices) {
  const IntegerTensor vector = vector_of({10, 11, 12, 13});
  EXPECT_EQ(text(slice(vector, {.begin = 1, .end = 3})), "[2]: [11,12]");
  EXPECT_EQ(text(slice(vector, {.begin = -3, .end = -1})), "[2]: [11,12]");
  EXPECT_EQ(text(slice(vector, {.begin = 3, .end = 1})), "[0]: []");
  EXPECT_EQ(text(slice(vector, {.begin = 2, .end = 4, .from_start = true})), "[4]: [10,11,12,13]");
  EXPECT_EQ(text(slice(vector, {.begin = 1, .end = 1, .to_end = true})), "[3]: [11,12,13]");
  EXPECT_EQ(text(slice(vector, {.begin = 0, .end = kLargest, .stride = 2})), "[2]: [10,12]");
  EXPECT_EQ(text(slice(vector, {.begin = 0, .end = 4, .stride = kLargest})), "[1]: [10]");
  EXPECT_EQ(text(slice(vector, {.begin = kLowest + 4, .end = 1})), "[1]: [10]");
  EXPECT_EQ(text(slice(vector, {.begin = -1, .take_one = true})), "[]: [13]");
  EXPECT_EQ(text(slice(vector, {.begin = 4, .take_one = true})),
            "takes element 4 of a vector of 4");
  EXPECT_EQ(text(slice(vector, {.begin = -5, .take_one = true})),
            "takes element -5 of a vector of 4");
  EXPECT_EQ(text(slice(vector, {.stride = 0})),
            "slices with a step below 1, which slimc does not compute");
}

TEST(IntegerArithmetic, Gathers) {
  EXPECT_EQ(text(gather(vector_of({10, 11}), vector_of({1, 1, 0}))), "[3]: [11,11,10]");
  EXPECT_EQ(text(gather(vector_of({10, 11}), scalar_of(1))), "[]: [11]");
  EXPECT_EQ(text(gather(vector_of({10, 11}), scalar_of(-1))), "takes element -1 of a vector of 2");
}

TEST(IntegerArithmetic, Multiplies) {
  EXPECT_EQ(text(product(vector_of({2, 3, 4}), false)), "[]: [24]");
  EXPECT_EQ(text(product(vector_of({}), true)), "[1]: [1]");
  EXPECT_EQ(text(product(vector_of({1 << 20, 1 << 20}), true)),
            "multiplies [1048576,1048576], which is no number of elements");
  EXPECT_EQ(text(product(vector_of({-1, 2}), true)),
            "multiplies [-1,2], which is no number of elements");
}

TEST(IntegerArithmetic, Fills) {
  EXPECT_EQ(text(fill(vector_of({2, 2}), scalar_of(7))), "[2,2]: [7,7,7,7]");
  EXPECT_EQ(text(fill(vector_of({}), scalar_of(7))), "[]: [7]");
  EXPECT_EQ(text(fill(vector_of({-1}), scalar_of(7))), "fills [-1] with 1 numbers");
  EXPECT_EQ(text(fill(vector_of({1}), vector_of({1, 2}))), "fills [1] with 2 numbers");
  EXPECT_EQ(text(fill(vector_of({1 << 20, 1 << 20}), scalar_of(7))),
            "makes 268435457 integers or more; slimc takes up to 4096 (shapes, axes, paddings)");
}

TEST(IntegerArithmetic, Combines) {
  const IntegerTensor x = vector_of({7, -7});
  EXPECT_EQ(text(combine(IntegerOp::Add, x, scalar_of(2))), "[2]: [9,-5]");
  EXPECT_EQ(text(combine(IntegerOp::Subtract, scalar_of(2), x)), "[2]: [-5,9]");
  EXPECT_EQ(text(combine(IntegerOp::Multiply, x, x)), "[2]: [49,49]");
  EXPECT_EQ(text(combine(IntegerOp::Divide, x, scalar_of(2))), "[2]: [3,-3]");
  EXPECT_EQ(text(combine(IntegerOp::FloorDivide, x, scalar_of(2))), "[2]: [3,-4]");
  EXPECT_EQ(text(combine(IntegerOp::Maximum, x, scalar_of(0))), "[2]: [7,0]");
  EXPECT_EQ(text(combine(IntegerOp::Minimum, x, scalar_of(0))), "[2]: [0,-7]");
  EXPECT_EQ(text(combine(IntegerOp::Add, scalar_of(1), vector_of({2}))), "[1]: [3]");
  EXPECT_EQ(text(combine(IntegerOp::Add, vector_of({2}), scalar_of(1))), "[1]: [3]");
  EXPECT_EQ(text(combine(IntegerOp::Add, vector_of({}), scalar_of(1))), "[0]: []");
  EXPECT_EQ(text(combine(IntegerOp::Add, scalar_of(1), vector_of({}))), "[0]: []");
  EXPECT_EQ(text(combine(IntegerOp::Add, x, vector_of({1, 2, 3}))),
            "[2] and [3] cannot be computed with each other");
}

TEST(IntegerArithmetic, RefusesWhatIsNoNumber) {
  EXPECT_EQ(text(combine(IntegerOp::Add, scalar_of(kLargest), scalar_of(1))),
            "cannot compute with 9223372036854775807 and 1");
  EXPECT_EQ(text(combine(IntegerOp::Subtract, scalar_of(kLowest), scalar_of(1))),
            "cannot compute with -9223372036854775808 and 1");
  EXPECT_EQ(text(combine(IntegerOp::Multiply, scalar_of(kLargest), scalar_of(2))),
            "cannot compute with 9223372036854775807 and 2");
  for (const IntegerOp op : {IntegerOp::Divide, IntegerOp::FloorDivide}) {
    EXPECT_EQ(text(combine(op, scalar_of(1), scalar_of(0))), "cannot compute with 1 and 0");
    EXPECT_EQ(text(combine(op, scalar_of(kLowest), scalar_of(-1))),
              "cannot compute with -9223372036854775808 and -1");
  }
}

}  // namespace
}  // namespace slimc::frontend
