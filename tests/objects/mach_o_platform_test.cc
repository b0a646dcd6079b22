// LLVM's reader takes the objects apart that slimc has put a load command into.
#include "compiler/objects/mach_o_platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/MachO.h>
#include <llvm/Support/MemoryBuffer.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

// As Halide's: of a triple without a version, for which LLVM says no system. With relocations, and
// data behind the code.
std::string object_without(std::string triple) {
  triple.erase(triple.find_first_of("123456789", triple.find("-apple")));
  const std::string call = triple.starts_with("arm64") ? "bl" : "callq";
  const TemporaryFolder folder = testing::temporary_folder();
  testing::write_text(folder.path() / "f.s", ".text\n.globl _f\n_f:\n  " + call +
                                                 " _g\n.data\n.globl _table\n.p2align 3\n"
                                                 "_table:\n  .quad _f\n  .quad 77\n");
  testing::output_of(
      std::string(SLIMC_LLVM_TOOLS) + "/llvm-mc",
      {"-filetype=obj", "-triple=" + triple, folder.path() / "f.s", "-o", folder.path() / "f.o"});
  return testing::read_text(folder.path() / "f.o");
}

// "macOS 11.0", "none".
std::string platform_in(const std::string& object) {
  const auto file = llvm::cantFail(
      llvm::object::ObjectFile::createMachOObjectFile(llvm::MemoryBufferRef(object, "object")));
  for (const auto& command : file->load_commands()) {
    if (command.C.cmd != llvm::MachO::LC_BUILD_VERSION) continue;
    const auto version = file->getBuildVersionLoadCommand(command);
    return file->getBuildPlatform(version.platform) + " " + file->getVersionString(version.minos);
  }
  return "none";
}

// Sections with their bytes, relocations and symbols, by names.
std::vector<std::string> contents(const std::string& object) {
  const auto file = llvm::cantFail(
      llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object")));
  std::vector<std::string> parts;
  for (const auto& section : file->sections()) {
    parts.push_back(llvm::cantFail(section.getName()).str());
    parts.push_back(llvm::cantFail(section.getContents()).str());
    for (const auto& relocation : section.relocations()) {
      parts.push_back(std::to_string(relocation.getOffset()) + " " +
                      llvm::cantFail(relocation.getSymbol()->getName()).str());
    }
  }
  for (const auto& symbol : file->symbols()) {
    parts.push_back(llvm::cantFail(symbol.getName()).str() + " " +
                    std::to_string(llvm::cantFail(symbol.getValue())));
  }
  return parts;
}

class Platforms : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(Targets, Platforms,
                         ::testing::Values(std::pair("x86-64-macos", "macos 10.15"),
                                           std::pair("arm64-macos", "macos 11.0"),
                                           std::pair("arm64-ios", "ios 12.0")));

TEST_P(Platforms, StandInObjects) {
  const auto [name, platform] = GetParam();
  const Target target = *parse_target(name);
  const std::string before = object_without(target.triple);
  ASSERT_EQ(platform_in(before), "none");
  const Result<std::string> after = with_platform(before, target);
  ASSERT_TRUE(after) << after.error().to_string();
  EXPECT_EQ(platform_in(*after), platform);
  EXPECT_EQ(contents(*after), contents(before));
  EXPECT_EQ(*with_platform(*after, target), *after) << "is there once";
}

TEST(WithPlatform, SaysWhatItCannotMove) {
  const Target macos = *parse_target("arm64-macos");
  const std::string object = object_without(macos.triple);
  const auto error = [&](const std::string& bytes, const Target& target) {
    const Result<std::string> result = with_platform(bytes, target);
    return result ? "" : result.error().to_string();
  };
  EXPECT_THAT(error("", macos), HasSubstr("is cut short"));
  EXPECT_EQ(error(testing::compile_c("int f;", "x86_64-linux-gnu"), macos),
            "is no 64-bit Mach-O object");
  EXPECT_EQ(error(object, *parse_target("arm64")),
            "is Mach-O, and aarch64-unknown-linux-gnu is no system of Apple's");
  std::string strange = object;
  strange[sizeof(llvm::MachO::mach_header_64)] = 0x77;  // in place of LC_SEGMENT_64
  EXPECT_EQ(error(strange, macos), "has the load command 0x77, which slimc does not know");
  for (std::size_t bytes = 0; bytes < object.size(); bytes += 4) {
    (void)with_platform(object.substr(0, bytes), macos);  // stays within the bytes
  }
  EXPECT_THAT(error(object.substr(0, 64), macos), HasSubstr("load command"));
}

}  // namespace
}  // namespace slimc
