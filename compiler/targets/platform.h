// The operating systems that slimc makes libraries for, a row each. What depends on the system is
// asked of its row; nothing else looks for "linux" or "windows" in triples or in Halide's targets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/architecture.h"

namespace slimc {

enum class ObjectFormat { Elf, MachO, Coff };
inline constexpr ObjectFormat kObjectFormats[] = {ObjectFormat::Elf, ObjectFormat::MachO,
                                                  ObjectFormat::Coff};

// "ELF", "Mach-O" or "COFF".
std::string_view name_of(ObjectFormat format);

// Of the archive's members and index.
enum class ArchiveKind { Gnu, Darwin };

struct Platform {
  std::string_view name;  // "macos": what slimc lists and says
  // What --target takes, in the order in which people are told: {"macos", "osx"}.
  std::vector<std::string_view> names;
  std::string_view halide;  // "osx"
  // With vendor, system and environment as Halide gives them to LLVM, so that all objects of a
  // library agree. All four parts: LLVM goes by position, where clang guesses. Without an entry the
  // system does not run on the architecture.
  std::map<ArchitectureId, std::string_view> triples;
  // Of 32-bit ARM that passes floats in integer registers (soft_float_abi); empty: the same.
  std::string_view soft_float_triple = {};
  ObjectFormat format;
  ArchiveKind archive;
  // What LC_BUILD_VERSION calls the system; 0 where objects are not Mach-O.
  std::uint32_t mach_o_platform = 0;
  std::vector<std::string_view> clang_flags;  // for NAME.cc
  bool has_threads = false;                   // pthreads
  bool maps_files = false;                    // mmap()
  bool has_environment = false;               // getenv(), for SLIMC_TARGET
  bool tells_cpu_features =
      false;  // to architectures without an instruction that does (slimc/cpu.h)
  // What a program is linked with, as pkg-config says it: for floor() and so on, and for threads.
  std::string_view math_library = {}, thread_library = {};
  // slimc's tests run its libraries: on Linux, or in a program for Linux if nothing is asked of a
  // system. What is for others is linked.
  bool tests_run_it = false;
};

// In the order in which people list them, Linux first.
const std::vector<Platform>& platforms();

// By one of the user's names; null if there is none.
const Platform* find_platform(std::string_view name);

// All the names that --target takes.
std::vector<std::string_view> platform_names();

// The system that slimc runs on.
const Platform& host_platform();

// Empty where the system does not run on the architecture.
std::string triple_of(const Platform& platform, const Architecture& architecture,
                      const FeatureSet& features);

// Something there says what the CPU offers, so a library can choose among several targets.
bool can_ask_cpu(const Platform& platform, const Architecture& architecture);

}  // namespace slimc
