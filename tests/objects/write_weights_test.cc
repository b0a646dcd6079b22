// The weights object, read back with LLVM's readers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <random>

#include "compiler/objects/write_weights.h"
#include "compiler/targets/target.h"

namespace slimc {
namespace {

std::string random_bytes(std::size_t count) {
  std::string bytes;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(random());
  return bytes;
}

class WeightsObject : public ::testing::TestWithParam<const char*> {};

TEST_P(WeightsObject, HoldsTheBytesAlignedInAConstantSection) {
  const auto target = parse_target(GetParam());
  ASSERT_TRUE(target.has_value());
  const std::string weights = random_bytes(100'003);
  const auto object = write_weights_object("mynet_k_weights", weights, *target);
  ASSERT_TRUE(object.has_value()) << object.error().to_string();

  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(*object, "weights"));
  ASSERT_TRUE(static_cast<bool>(file));
  EXPECT_EQ((*file)->makeTriple().getArch(), llvm::Triple(target->triple).getArch());
  int found = 0;
  for (const auto& symbol : (*file)->symbols()) {
    const std::string name = llvm::cantFail(symbol.getName()).str();
    if (name != "mynet_k_weights" && name != "_mynet_k_weights") continue;
    ++found;
    const auto section = llvm::cantFail(symbol.getSection());
    EXPECT_GE(section->getAlignment(), 64u);
    EXPECT_FALSE(section->isText());
    const std::uint64_t at = llvm::cantFail(symbol.getAddress()) - section->getAddress();
    EXPECT_EQ(at % 64, 0u);
    const std::string contents = llvm::cantFail(section->getContents()).str();
    EXPECT_TRUE(contents.compare(at, weights.size(), weights) == 0);
    EXPECT_THAT(llvm::cantFail(section->getName()).str(),
                ::testing::AnyOf(".rodata", "__const", ".rdata"));
  }
  EXPECT_EQ(found, 1);
}

INSTANTIATE_TEST_SUITE_P(Targets, WeightsObject,
                         ::testing::Values("host", "x86-64", "x86-64-macos", "x86-64-windows",
                                           "x86-32-windows", "arm64", "arm64-macos",
                                           "arm64-android", "arm64-ios", "arm64-windows",
                                           "arm64-baremetal", "armv7-neon", "armv7-neon-android",
                                           "armv7-neon-baremetal"));

}  // namespace
}  // namespace slimc
