#include "compiler/targets/platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/ADT/Triple.h>

#include <set>

namespace slimc {
namespace {

using enum ArchitectureId;

const Platform& platform(std::string_view name) {
  const Platform* row = find_platform(name);
  EXPECT_NE(row, nullptr) << name;
  return *row;
}

TEST(Platforms, AreFoundByAllTheirNames) {
  std::set<std::string_view> names;
  for (const Platform& row : platforms()) {
    EXPECT_EQ(find_platform(row.name), &row);
    for (const std::string_view name : row.names) {
      EXPECT_EQ(find_platform(name), &row) << name;
      EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    }
  }
  EXPECT_EQ(platform_names().size(), names.size());
  EXPECT_EQ(find_platform("beos"), nullptr);
  EXPECT_EQ(find_platform(""), nullptr);
  EXPECT_EQ(platforms().front().name, "linux");
}

// LLVM is the second opinion on what a triple means.
TEST(Platforms, AreWhatLlvmReadsInTheirTriples) {
  for (const Platform& row : platforms()) {
    EXPECT_FALSE(row.triples.empty()) << row.name;
    for (const auto& [id, text] : row.triples) {
      const std::string name(text);
      const llvm::Triple triple(name);
      const Architecture& architecture = slimc::architecture(id);
      EXPECT_EQ(llvm::Triple::normalize(name), name);
      EXPECT_EQ(triple.isArch64Bit(), architecture.bits == 64) << name;
      EXPECT_EQ(llvm::Triple::getArchTypePrefix(triple.getArch()).str(), architecture.llvm) << name;
      EXPECT_EQ(triple.isOSBinFormatELF(), row.format == ObjectFormat::Elf) << name;
      EXPECT_EQ(triple.isOSBinFormatMachO(), row.format == ObjectFormat::MachO) << name;
      EXPECT_EQ(triple.isOSBinFormatCOFF(), row.format == ObjectFormat::Coff) << name;
      EXPECT_EQ(triple.isOSDarwin(), row.archive == ArchiveKind::Darwin) << name;
      EXPECT_EQ(triple.isOSDarwin(), row.mach_o_platform != 0) << name;
      EXPECT_EQ(triple.isOSDarwin() || triple.isOSLinux(), row.has_threads) << name;
    }
  }
}

TEST(Platforms, WithoutThreadsHaveNoFilesAndNoLibraryOfThem) {
  for (const Platform& row : platforms()) {
    EXPECT_EQ(row.has_threads, !row.thread_library.empty()) << row.name;
    EXPECT_EQ(row.has_threads, row.maps_files) << row.name;
    EXPECT_EQ(row.has_threads, row.has_environment) << row.name;
  }
}

TEST(Triples, AreOfTheSystemAndTheArchitecture) {
  const auto triple = [](const char* name, ArchitectureId id, const FeatureSet& features = {}) {
    return triple_of(platform(name), architecture(id), features);
  };
  EXPECT_EQ(triple("linux", Arm32), "armv7-unknown-linux-gnueabihf");
  EXPECT_EQ(triple("linux", Arm32, {"soft_float_abi"}), "armv7-unknown-linux-gnueabi");
  EXPECT_EQ(triple("linux", Arm64, {"soft_float_abi"}), "aarch64-unknown-linux-gnu");
  EXPECT_EQ(triple("android", Arm32, {"soft_float_abi"}), "armv7-unknown-linux-android21");
  EXPECT_EQ(triple("osx", Arm64), "arm64-apple-macosx11.0.0");
  EXPECT_EQ(triple("windows", X86_32), "i386-pc-windows-msvc");
  EXPECT_EQ(triple("baremetal", X86_64), "x86_64-unknown-none-elf");
  EXPECT_EQ(triple("ios", X86_64), "");
  EXPECT_EQ(triple("macos", X86_32), "");
  EXPECT_EQ(triple("windows", Arm32), "");
}

TEST(Platforms, SayWhatTheCpuHasWhereNoInstructionDoes) {
  const auto can = [](const char* name, ArchitectureId id) {
    return can_ask_cpu(platform(name), architecture(id));
  };
  EXPECT_TRUE(can("linux", Arm64));
  EXPECT_TRUE(can("ios", Arm64));
  EXPECT_TRUE(can("windows", X86_64));
  EXPECT_TRUE(can("noos", X86_64));
  EXPECT_FALSE(can("windows", Arm64));
  EXPECT_FALSE(can("noos", Arm64));
}

TEST(HostPlatform, IsTheOneThatThisTestRunsOn) {
#if defined(__linux__)
  EXPECT_EQ(host_platform().name, "linux");
#elif defined(__APPLE__)
  EXPECT_EQ(host_platform().name, "macos");
#endif
}

TEST(ObjectFormats, HaveNames) {
  EXPECT_EQ(name_of(ObjectFormat::Elf), "ELF");
  EXPECT_EQ(name_of(ObjectFormat::MachO), "Mach-O");
  EXPECT_EQ(name_of(ObjectFormat::Coff), "COFF");
}

}  // namespace
}  // namespace slimc
