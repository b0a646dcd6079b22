#include "compiler/objects/mach_o_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/MachO.h>
#include <llvm/Support/MemoryBuffer.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

const std::string& object() {
  static const std::string bytes =
      testing::compile_c("int f(void) { return 1; }", "arm64-apple-macosx11.0.0");
  return bytes;
}

std::string error(const std::string& bytes) {
  const Result<LoadCommands> commands = load_commands(bytes);
  return commands ? "" : commands.error().to_string();
}

// LLVM's reader is the second opinion.
TEST(LoadCommands, AreWhereLlvmFindsThem) {
  const auto file = llvm::cantFail(
      llvm::object::ObjectFile::createMachOObjectFile(llvm::MemoryBufferRef(object(), "object")));
  std::vector<std::size_t> offsets;
  std::size_t end = 0;
  for (const auto& command : file->load_commands()) {
    offsets.push_back(static_cast<std::size_t>(command.Ptr - file->getData().data()));
    end = offsets.back() + command.C.cmdsize;
  }
  const Result<LoadCommands> commands = load_commands(object());
  ASSERT_TRUE(commands) << commands.error().to_string();
  EXPECT_EQ(commands->offsets, offsets);
  EXPECT_EQ(commands->end, end);
}

// With as many commands as a header can claim: nobody counts them out.
TEST(LoadCommands, ThatLieOutsideAreSaid) {
  constexpr std::size_t kCount = 16, kFirstSize = sizeof(llvm::MachO::mach_header_64) + 4;
  std::string many = object();
  many.replace(kCount, 4, "\xff\xff\xff\xff");
  std::string empty = many;
  empty.replace(kFirstSize, 4, std::string(4, '\0'));
  EXPECT_EQ(error(empty), "has a load command of 0 bytes");
  EXPECT_NE(error(many), "");
  std::string large = object();
  large.replace(kFirstSize, 4, "\xff\xff\xff\x7f");
  EXPECT_EQ(error(large), "has a load command of 2147483647 bytes");
  EXPECT_THAT(error(object().substr(0, 40)), ::testing::HasSubstr("load command"));
  EXPECT_THAT(error(""), ::testing::HasSubstr("is cut short"));
  EXPECT_EQ(error(testing::compile_c("int f;", "x86_64-linux-gnu")), "is no 64-bit Mach-O object");
}

}  // namespace
}  // namespace slimc
