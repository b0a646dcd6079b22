#include "compiler/objects/object_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

std::optional<ObjectFormat> format(const char* triple) {
  const std::string object = testing::compile_c("int f = 1;", triple);
  const auto file = open_object(object);
  EXPECT_TRUE(file) << triple;
  return file ? format_of(**file) : std::nullopt;
}

TEST(ObjectFile, HasAFormat) {
  EXPECT_EQ(format("x86_64-unknown-linux-gnu"), ObjectFormat::Elf);
  EXPECT_EQ(format("armv7-unknown-none-eabihf"), ObjectFormat::Elf);
  EXPECT_EQ(format("arm64-apple-ios12.0.0"), ObjectFormat::MachO);
  EXPECT_EQ(format("i386-pc-windows-msvc"), ObjectFormat::Coff);
  EXPECT_EQ(format("wasm32-unknown-unknown"), std::nullopt);
}

TEST(ObjectFile, IsNotWhatLlvmDoesNotKnow) {
  for (const std::string& bytes : {std::string(),
                                   std::string("\x7f"
                                               "ELF"),
                                   std::string(1000, 'a')}) {
    const auto file = open_object(bytes);
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().to_string(), ::testing::StartsWith("is no object file: "));
  }
}

}  // namespace
}  // namespace slimc
