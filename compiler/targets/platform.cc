#include "compiler/targets/platform.h"

#include <llvm/BinaryFormat/MachO.h>

#include <algorithm>

#include "support/check.h"

namespace slimc {
namespace {

using enum ArchitectureId;

std::vector<Platform> make_platforms() {
  return {
      {.name = "linux",
       .names = {"linux"},
       .halide = "linux",
       .triples = {{X86_64, "x86_64-unknown-linux-gnu"},
                   {X86_32, "i386-unknown-linux-gnu"},
                   {Arm64, "aarch64-unknown-linux-gnu"},
                   {Arm32, "armv7-unknown-linux-gnueabihf"}},
       .soft_float_triple = "armv7-unknown-linux-gnueabi",
       .format = ObjectFormat::Elf,
       .archive = ArchiveKind::Gnu,
       .clang_flags = {"-fPIC"},
       .has_threads = true,
       .maps_files = true,
       .has_environment = true,
       .tells_cpu_features = true,
       .math_library = "-lm",
       .thread_library = "-pthread",
       .tests_run_it = true},
      {.name = "android",
       .names = {"android"},
       .halide = "android",
       .triples = {{X86_64, "x86_64-unknown-linux-android21"},
                   {X86_32, "i386-unknown-linux-android21"},
                   {Arm64, "aarch64-unknown-linux-android21"},
                   {Arm32, "armv7-unknown-linux-android21"}},
       .format = ObjectFormat::Elf,
       .archive = ArchiveKind::Gnu,
       .clang_flags = {"-fPIC"},
       .has_threads = true,
       .maps_files = true,
       .has_environment = true,
       .tells_cpu_features = true,
       .math_library = "-lm",
       .thread_library = "-pthread"},
      {.name = "macos",
       .names = {"macos", "osx"},
       .halide = "osx",
       .triples = {{X86_64, "x86_64-apple-macosx10.15.0"}, {Arm64, "arm64-apple-macosx11.0.0"}},
       .format = ObjectFormat::MachO,
       .archive = ArchiveKind::Darwin,
       .mach_o_platform = llvm::MachO::PLATFORM_MACOS,
       .clang_flags = {"-fPIC"},
       .has_threads = true,
       .maps_files = true,
       .has_environment = true,
       .tells_cpu_features = true,
       .math_library = "-lm",
       .thread_library = "-pthread"},
      {.name = "ios",
       .names = {"ios"},
       .halide = "ios",
       .triples = {{Arm64, "arm64-apple-ios12.0.0"}},
       .format = ObjectFormat::MachO,
       .archive = ArchiveKind::Darwin,
       .mach_o_platform = llvm::MachO::PLATFORM_IOS,
       .clang_flags = {"-fPIC"},
       .has_threads = true,
       .maps_files = true,
       .has_environment = true,
       .tells_cpu_features = true,
       .math_library = "-lm",
       .thread_library = "-pthread"},
      {.name = "windows",
       .names = {"windows"},
       .halide = "windows",
       .triples = {{X86_64, "x86_64-pc-windows-msvc"},
                   {X86_32, "i386-pc-windows-msvc"},
                   {Arm64, "aarch64-pc-windows-msvc"}},
       .format = ObjectFormat::Coff,
       .archive = ArchiveKind::Gnu,  // its linkers read that, and LLVM's own llvm-lib writes it
       // Without the time of day in the object, which some of its linkers can use.
       .clang_flags = {"-mno-incremental-linker-compatible"}},  // math is in the C library
      {.name = "baremetal",
       .names = {"noos", "baremetal"},
       .halide = "noos",
       .triples = {{X86_64, "x86_64-unknown-none-elf"},
                   {X86_32, "i386-unknown-none-elf"},
                   {Arm64, "aarch64-unknown-none-elf"},
                   {Arm32, "armv7-unknown-none-eabihf"}},
       .format = ObjectFormat::Elf,
       .archive = ArchiveKind::Gnu,
       .clang_flags = {"-fPIC"},
       .math_library = "-lm",
       .tests_run_it = true},
  };
}

}  // namespace

std::string_view name_of(ObjectFormat format) {
  switch (format) {
    case ObjectFormat::Elf:
      return "ELF";
    case ObjectFormat::MachO:
      return "Mach-O";
    case ObjectFormat::Coff:
      return "COFF";
  }
  return "";
}

const std::vector<Platform>& platforms() {
  static const std::vector<Platform> rows = make_platforms();
  return rows;
}

const Platform* find_platform(std::string_view name) {
  for (const Platform& row : platforms()) {
    if (std::find(row.names.begin(), row.names.end(), name) != row.names.end()) return &row;
  }
  return nullptr;
}

std::vector<std::string_view> platform_names() {
  std::vector<std::string_view> names;
  for (const Platform& row : platforms()) {
    names.insert(names.end(), row.names.begin(), row.names.end());
  }
  return names;
}

const Platform& host_platform() {
#if defined(__APPLE__)
  const Platform* const row = find_platform("macos");
#else
  const Platform* const row = find_platform("linux");
#endif
  SLIMC_CHECK(row != nullptr, "the table of platforms lacks the one that slimc runs on");
  return *row;
}

std::string triple_of(const Platform& platform, const Architecture& architecture,
                      const FeatureSet& features) {
  const auto triple = platform.triples.find(architecture.id);
  if (triple == platform.triples.end()) return "";
  const bool soft = architecture.id == Arm32 && features.contains("soft_float_abi") &&
                    !platform.soft_float_triple.empty();
  return std::string(soft ? platform.soft_float_triple : triple->second);
}

bool can_ask_cpu(const Platform& platform, const Architecture& architecture) {
  return architecture.asks_cpu_itself || platform.tells_cpu_features;
}

}  // namespace slimc
