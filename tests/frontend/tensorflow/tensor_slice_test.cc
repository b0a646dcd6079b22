#include "frontend/tensorflow/tensor_slice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/ordered_code.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;

// {start, length} of each dimension; length -1 for all of it.
tensorflow::TensorSliceProto slice(std::vector<std::pair<int, int>> extents) {
  tensorflow::TensorSliceProto proto;
  for (const auto& [start, length] : extents) {
    auto* extent = proto.add_extent();
    if (length < 0) continue;
    extent->set_start(start);
    extent->set_length(length);
  }
  return proto;
}

std::string signed_code(std::int64_t number) {
  std::string code;
  append_ordered_signed(code, number);
  return code;
}

// Examples of ordered_code.cc's comment, and the edges of each length.
TEST(OrderedCode, OfSignedNumbers) {
  EXPECT_EQ(signed_code(0), "\x80");
  EXPECT_EQ(signed_code(-1), "\x7f");
  EXPECT_EQ(signed_code(63), "\xbf");
  EXPECT_EQ(signed_code(-64), "\x40");
  EXPECT_EQ(signed_code(64), "\xc0\x40");
  EXPECT_EQ(signed_code(-0x800), std::string("\x38\x00", 2));
  EXPECT_EQ(signed_code(0x424242), "\xf0\x42\x42\x42");
  EXPECT_EQ(signed_code(INT64_MAX), "\xff\xc0\x7f\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(signed_code(INT64_MIN), std::string("\x00\x3f\x80\x00\x00\x00\x00\x00\x00\x00", 10));
}

TEST(OrderedCode, IsOrderedAsTheNumbersAre) {
  std::vector<std::int64_t> numbers;
  for (int bit = 62; bit >= 0; --bit) numbers.push_back(-(std::int64_t{1} << bit));
  numbers.push_back(0);
  for (int bit = 0; bit < 63; ++bit) numbers.push_back(std::int64_t{1} << bit);
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_LT(signed_code(numbers[i - 1]), signed_code(numbers[i])) << numbers[i];
  }
}

TEST(OrderedCode, OfTextsAndNumbers) {
  std::string code;
  append_ordered(code, std::string_view("a\x00z\xff", 4));
  EXPECT_EQ(code, std::string("a\x00\xffz\xff\x00\x00\x01", 8));
  code.clear();
  append_ordered(code, std::uint64_t{0});
  append_ordered(code, std::uint64_t{0x1234});
  EXPECT_EQ(code, std::string("\x00\x02\x12\x34", 4));
}

TEST(TensorSlice, HasTensorFlowsKey) {
  EXPECT_EQ(slice_key("w", slice({{4, 96}, {0, -1}})),
            std::string("\x00w\x00\x01\x01\x02\x84\xc0\x60\x80\x7f", 11));
}

TEST(TensorSlice, IsWrittenAsTensorFlowDoes) {
  EXPECT_EQ(to_string(slice({{4, 96}, {0, -1}})), "4,96:-");
}

TEST(TensorSlice, LiesInItsTensor) {
  const auto inner = to_slice(slice({{1, 2}, {0, -1}}), Shape{3, 5});
  ASSERT_TRUE(inner.has_value());
  EXPECT_THAT(inner->starts, ElementsAre(1, 0));
  EXPECT_EQ(inner->shape, (Shape{2, 5}));
  for (const auto& [start, length] : {std::pair{2, 2}, std::pair{-1, 1}, std::pair{4, 0}}) {
    EXPECT_EQ(to_slice(slice({{start, length}, {0, -1}}), Shape{3, 5}).error(),
              "lies outside of the tensor's shape [3,5]");
  }
  EXPECT_EQ(to_slice(slice({{1, 2}}), Shape{3, 5}).error(),
            "has 1 dimensions; the tensor's shape is [3,5]");
}

TEST(TensorSlice, AssemblesATensor) {
  const Shape shape{2, 4};
  const std::vector<TensorSlice> slices = {
      {{0, 1}, Shape{2, 3}}, {{1, 0}, Shape{1, 1}}, {{0, 0}, Shape{1, 1}}};
  const auto whole = assemble(shape, slices, {{1, 2, 3, 5, 6, 7}, {4}, {0}});
  ASSERT_TRUE(whole.has_value()) << whole.error();
  EXPECT_THAT(*whole, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(*assemble(Shape{}, {{{}, Shape{}}}, {{7}}), ElementsAre(7));
}

TEST(TensorSlice, MustFillItsTensorOnce) {
  const Shape shape{2, 2};
  EXPECT_EQ(assemble(shape, {{{0, 0}, Shape{1, 2}}}, {{0, 1}}).error(),
            "its slices cover 2 of 4 elements");
  EXPECT_EQ(
      assemble(shape, {{{0, 0}, Shape{1, 2}}, {{0, 1}, Shape{2, 1}}}, {{0, 1}, {2, 3}}).error(),
      "its slice 0,2:1,1 and another one both hold element [0,1]");
}

}  // namespace
}  // namespace slimc::frontend
