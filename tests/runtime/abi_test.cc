// slimc's mirror of Halide's types against Halide's own header.
#include <HalideRuntime.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "slimc/runtime.h"

#define SLIMC_SAME_MEMBER(ours, theirs, our_member, their_member)              \
  static_assert(offsetof(ours, our_member) == offsetof(theirs, their_member)); \
  static_assert(sizeof(ours::our_member) == sizeof(theirs::their_member))

static_assert(alignof(slimc::Buffer) == alignof(halide_buffer_t));
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, device, device);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, device_interface, device_interface);
SLIMC_SAME_MEMBER(slimc::Buffer, halide_buffer_t, host, host);

namespace {

// A kernel that has all kinds of arguments.
int seen_row;
std::uint8_t* seen[2];
int kernel(slimc::Buffer* in, int32_t row, slimc::Buffer* out) {
  seen_row = row;
  seen[0] = reinterpret_cast<const halide_buffer_t*>(in)->host;
  seen[1] = out->host;
  return 0;
}

TEST(Caller, MovesArgumentsOnByTasksInAnyOrder) {
  std::uint8_t data[1000];
  const slimc::Argument arguments[] = {slimc::arena(100, 10), slimc::task_times(3),
                                       slimc::arena(500)};
  slimc::Caller<kernel> caller(
      arguments, [&](const slimc::Argument& argument) { return data + argument.begin; });
  static_assert(decltype(caller)::arguments == 3);
  for (const int task : {0, 5, 2, 40}) {
    caller.call(task);
    EXPECT_EQ(seen_row, 3 * task);
    EXPECT_EQ(seen[0], data + 100 + 10 * task);
    EXPECT_EQ(seen[1], data + 500);
  }
}

TEST(Map, HasRowsOfZerosAroundItsPixels) {
  constexpr slimc::Map map = {
      .begin = 64, .h = 4, .w = 5, .c = 3, .stride = 8, .above = 1, .below = 2};
  static_assert(map.row_bytes() == 5 * 8 * 4);
  static_assert(map.pixels() == 64 + 160 && map.end_of_pixels() == 64 + 160 + 4 * 160);
}

}  // namespace
