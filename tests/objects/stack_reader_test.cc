#include "compiler/objects/stack_reader.h"

#include <gtest/gtest.h>

#include "compiler/targets/architecture.h"

namespace slimc {
namespace {

using Taken = std::optional<std::int64_t>;

Taken taken(const char* reader, const char* text) { return find_stack_reader(reader)->taken(text); }

TEST(StackReader, IsThereForEveryArchitecture) {
  for (const Architecture& row : architectures()) {
    const StackReader* reader = find_stack_reader(row.stack_reader);
    ASSERT_NE(reader, nullptr) << row.stack_reader;
    EXPECT_NE(reader->taken, nullptr);
    EXPECT_NE(reader->prepares_pointer, nullptr);
  }
  EXPECT_EQ(find_stack_reader(""), nullptr);
  EXPECT_EQ(find_stack_reader("pdp11"), nullptr);
}

TEST(StackReader, OfX86) {
  EXPECT_EQ(taken("x86", "pushq %rbp"), 8);
  EXPECT_EQ(taken("x86", "subq $1016, %rsp"), 1016);
  EXPECT_EQ(taken("x86", "addq $-128, %rsp"), 128);
  EXPECT_EQ(taken("x86", "addq $128, %rsp"), 0);
  EXPECT_EQ(taken("x86", "andq $-64, %rsp"), 64);
  EXPECT_EQ(taken("x86", "andl $4294967040, %esp"), 256);
  EXPECT_EQ(taken("x86", "leaq -32(%rbp), %rsp"), 0);
  EXPECT_EQ(taken("x86", "movq %rax, %rsp"), std::nullopt);
  EXPECT_EQ(taken("x86", "subq %rax, %rsp"), std::nullopt);
  EXPECT_FALSE(find_stack_reader("x86")->prepares_pointer("SUB64ri8", true));
}

TEST(StackReader, OfArm64) {
  EXPECT_EQ(taken("arm64", "stp x29, x30, [sp, #-96]!"), 96);
  EXPECT_EQ(taken("arm64", "sub sp, sp, #24, lsl #12"), 24 << 12);
  EXPECT_EQ(taken("arm64", "sub x9, sp, #1264"), 1264);
  EXPECT_EQ(taken("arm64", "and sp, x9, #0xffffffffffffff00"), 256);
  EXPECT_EQ(taken("arm64", "ldp x29, x30, [sp], #96"), 0);
  EXPECT_EQ(taken("arm64", "mov sp, x8"), std::nullopt);
  EXPECT_TRUE(find_stack_reader("arm64")->prepares_pointer("SUBXri", true));
  EXPECT_FALSE(find_stack_reader("arm64")->prepares_pointer("SUBXri", false));
  EXPECT_FALSE(find_stack_reader("arm64")->prepares_pointer("ADDXri", true));
}

TEST(StackReader, OfArm32) {
  EXPECT_EQ(taken("arm32", "push {r4, r5, r11, lr}"), 16);
  EXPECT_EQ(taken("arm32", "vpush {d8, d9}"), 16);
  EXPECT_EQ(taken("arm32", "sub sp, sp, #1000"), 1000);
  EXPECT_EQ(taken("arm32", "bfc sp, #0, #8"), 256);
  EXPECT_EQ(taken("arm32", "bfc r4, #0, #4"), 16);
  EXPECT_EQ(taken("arm32", "bfc r2, #0, #16"), 0) << "half of a number";
  EXPECT_EQ(taken("arm32", "sub sp, r11, #8"), 0);
  EXPECT_EQ(taken("arm32", "pop {r4, pc}"), 0);
  EXPECT_EQ(taken("arm32", "pophi {r4, pc}"), 0);
  EXPECT_EQ(taken("arm32", "pushhi {r4, lr}"), std::nullopt) << "no compiler's frame begins so";
  EXPECT_EQ(taken("arm32", "sub sp, sp, r0"), std::nullopt);
  EXPECT_TRUE(find_stack_reader("arm32")->prepares_pointer("BFC", false));
  EXPECT_TRUE(find_stack_reader("arm32")->prepares_pointer("SUBri", true));
}

}  // namespace
}  // namespace slimc
