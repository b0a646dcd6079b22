// slimc's mirror of Halide's types against Halide's own header.
#include <HalideRuntime.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "slimc/runtime.h"

#define SLIMC_SAME_MEMBER(ours, theirs, our_member, their_member)              \
  static_assert(offsetof(ours, our_member) == offsetof(theirs, their_member)); \
  static_assert(sizeof(ours::our_member) == sizeof(theirs::their_member))

static_assert(sizeof(slimc::Type) == sizeof(halide_type_t));
static_assert(alignof(slimc::Type) <= alignof(halide_type_t));
SLIMC_SAME_MEMBER(slimc::Type, halide_type_t, code, code);
SLIMC_SAME_MEMBER(slimc::Type, halide_type_t, bits, bits);
SLIMC_SAME_MEMBER(slimc::Type, halide_type_t, lanes, lanes);

static_assert(sizeof(slimc::Dimension) == sizeof(halide_dimension_t));
static_assert(alignof(slimc::Dimension) == alignof(halide_dimension_t));
SLIMC_SAME_MEMBER(slimc::Dimension, halide_dimension_t, min, min);
SLIMC_SAME_MEMBER(slimc::Dimension, halide_dimension_t, extent, extent);
SLIMC_SAME_MEMBER(slimc::Dimension, halide_dimension_t, stride, stride);
SLIMC_SAME_MEMBER(slimc::Dimension, halide_dimension_t, flags, flags);

static_assert(sizeof(slimc::Buffer) == sizeof(halide_buffer_t));
static_assert(alignof(slimc::Buffer) == alignof(halide_buffer_t));
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, device, device);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, device_interface, device_interface);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, host, host);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, flags, flags);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, type, type);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, dimensions, dimensions);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, dim, dim);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, padding, padding);

namespace {

const halide_buffer_t& as_halide(const slimc::Buffer& buffer) {
  return reinterpret_cast<const halide_buffer_t&>(buffer);
}

TEST(Buffer, IsWhatHalideReads) {
  static constexpr slimc::Dimension dims[] = {{0, 3, 1, 0}, {1, 4, 3, 0}};
  float data[12];
  slimc::Buffer buffer = slimc::float_buffer(dims);
  slimc::point(buffer, data);
  const halide_buffer_t& theirs = as_halide(buffer);
  EXPECT_TRUE(theirs.type == halide_type_of<float>());
  EXPECT_EQ(theirs.dimensions, 2);
  EXPECT_TRUE(theirs.dim[1] == halide_dimension_t(1, 4, 3));
  EXPECT_EQ(theirs.host, reinterpret_cast<uint8_t*>(data));
  EXPECT_EQ(theirs.size_in_bytes(), sizeof(data));
  EXPECT_TRUE(as_halide(slimc::uint8_buffer(dims)).type == halide_type_of<uint8_t>());
}

}  // namespace
