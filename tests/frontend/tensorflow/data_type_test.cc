#include "frontend/tensorflow/data_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ToFloats, WidensHalf) {
  // 1, -2, the smallest subnormal, the largest number, the smallest normal number.
  const std::string bytes("\x00\x3c\x00\xc0\x01\x00\xff\x7b\x00\x04", 10);
  EXPECT_THAT(to_floats(DataType::DT_HALF, bytes),
              ElementsAre(1.0f, -2.0f, std::ldexp(1.0f, -24), 65504.0f, std::ldexp(1.0f, -14)));
  const auto special = to_floats(DataType::DT_HALF, std::string("\x00\x7c\x01\x7c", 4));
  EXPECT_EQ(special[0], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(special[1]));
}

TEST(ToFloats, WidensBfloat16AndRoundsDouble) {
  EXPECT_THAT(to_floats(DataType::DT_BFLOAT16, std::string("\x80\x3f\x49\xc0", 4)),
              ElementsAre(1.0f, -3.140625f));
  const double third = 1.0 / 3.0;
  EXPECT_THAT(to_floats(DataType::DT_DOUBLE,
                        std::string(reinterpret_cast<const char*>(&third), sizeof third)),
              ElementsAre(static_cast<float>(third)));
}

tensorflow::TensorProto proto_of(const std::vector<std::int64_t>& dims) {
  tensorflow::TensorProto proto;
  proto.set_dtype(DataType::DT_FLOAT);
  for (const std::int64_t dim : dims) proto.mutable_tensor_shape()->add_dim()->set_size(dim);
  return proto;
}

TEST(ToTensor, RepeatsTheLastOfAShortList) {
  auto proto = proto_of({2, 2});
  EXPECT_THAT(to_tensor(proto)->data, ElementsAre(0, 0, 0, 0));
  proto.add_float_val(1);
  proto.add_float_val(2);
  EXPECT_THAT(to_tensor(proto)->data, ElementsAre(1, 2, 2, 2));
  for (int i = 0; i < 3; ++i) proto.add_float_val(3);
  EXPECT_EQ(to_tensor(proto).error(), "has 5 values for a shape of 4");
}

TEST(ToTensor, ChecksTheContentAgainstTheShape) {
  auto proto = proto_of({3});
  proto.set_tensor_content(std::string(8, '\0'));
  EXPECT_EQ(to_tensor(proto).error(), "has 8 bytes of content; its shape needs 12");
}

// A hundred bytes of file must not ask for terabytes.
TEST(ToTensor, RefusesShapesThatNoMemoryHolds) {
  auto proto = proto_of({1 << 30, 1 << 30, 1 << 30});
  proto.add_float_val(1);
  EXPECT_THAT(to_tensor(proto).error(), HasSubstr("which is more than"));
  EXPECT_THAT(to_tensor(proto_of({4, -1})).error(), HasSubstr("a dimension of size -1"));
}

// One value can stand for many, but not for a gigabyte.
TEST(ToTensor, RepeatsTheLastValueAtMostTwoMillionTimes) {
  auto proto = proto_of({1 << 21, 1});
  proto.add_float_val(7);
  ASSERT_TRUE(to_tensor(proto).has_value());
  EXPECT_EQ(to_tensor(proto)->data.back(), 7);
  proto = proto_of({1 << 28});
  proto.add_float_val(7);
  EXPECT_EQ(to_tensor(proto).error(),
            "has 1 values for a shape of 268435456; slimc repeats the last one at most 2097152 "
            "times");
}

// A dimension of zero ends no check: the others still multiply.
TEST(ToTensor, RefusesHugeShapesBehindAZero) {
  EXPECT_TRUE(to_tensor(proto_of({0, 3})).has_value());
  EXPECT_TRUE(to_tensor(proto_of({3, 0})).has_value());
  EXPECT_FALSE(to_tensor(proto_of({1 << 30, 1 << 30, 0})).has_value());
}

TEST(ToIntegers, ReadsEveryWidth) {
  tensorflow::TensorProto proto;
  proto.mutable_tensor_shape()->add_dim()->set_size(2);
  proto.set_dtype(DataType::DT_INT32);
  proto.set_tensor_content(std::string("\xff\xff\xff\xff\xe9\x03\x00\x00", 8));
  EXPECT_THAT(to_integers(proto)->data, ElementsAre(-1, 1001));
  proto.set_dtype(DataType::DT_INT8);
  proto.set_tensor_content(std::string("\xff\x03", 2));
  EXPECT_THAT(to_integers(proto)->data, ElementsAre(-1, 3));
  proto.set_dtype(DataType::DT_UINT8);
  EXPECT_THAT(to_integers(proto)->data, ElementsAre(255, 3));
  proto.clear_tensor_content();
  proto.set_dtype(DataType::DT_INT64);
  proto.add_int64_val(std::int64_t{1} << 40);
  EXPECT_THAT(to_integers(proto)->data, ElementsAre(std::int64_t{1} << 40, std::int64_t{1} << 40));
  proto.set_dtype(DataType::DT_BOOL);
  proto.add_bool_val(true);
  EXPECT_THAT(to_integers(proto)->data, ElementsAre(1, 1));
}

TEST(FindNonFinite, NamesTheFirstElement) {
  Tensor tensor{Shape{2, 3}, {0, 1, 2, 3, 4, 5}};
  EXPECT_EQ(find_non_finite(tensor), std::nullopt);
  tensor.data[5] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(find_non_finite(tensor), "element 5 ([1,2]) is -infinity");
  tensor.data[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(find_non_finite(tensor), "element 4 ([1,1]) is NaN");
}

TEST(NameOf, SaysTheNumberOfUnknownTypes) {
  EXPECT_EQ(name_of(DataType::DT_HALF), "DT_HALF");
  EXPECT_EQ(name_of(static_cast<DataType>(77)), "DT 77");
}

}  // namespace
}  // namespace slimc::frontend
