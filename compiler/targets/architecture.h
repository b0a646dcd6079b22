// The architectures that slimc makes code for, a row each. What depends on the architecture is
// asked of its row; nothing else looks for "x86" or "arm" in triples or in Halide's targets.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/tiling/tiling.h"

namespace slimc {

struct HostCpu;

// Of 64 bits before 32, as people list them.
enum class ArchitectureId { X86_64, X86_32, Arm64, Arm32 };

// The vector instructions that a target's kernels multiply and add with.
enum class VectorIsa {
  Sse,     // 4 floats, multiply and add apart
  Avx,     // 8 floats, multiply and add apart
  AvxFma,  // 8 floats
  Avx512,  // 16 floats
  Neon,    // 4 floats
};

// Halide's names of CPU features, closed under what they imply.
using FeatureSet = std::set<std::string, std::less<>>;

// What the CPU is asked for at run time.
struct RequiredFeature {
  std::string_view name;  // the runtime's (slimc/cpu.h): "sse41"
  std::string_view llvm;  // LLVM's, by which it knows this machine: "sse4.1"
};

struct CpuFeature {
  std::string_view name;  // Halide 14's
  std::vector<std::string_view> implies;
  std::vector<RequiredFeature> required;
};

// A name that people use for a family of CPUs.
struct CpuFamily {
  std::string_view name;                   // "x86-64-v3"
  std::vector<std::string_view> features;  // Halide's
  std::string_view needs;                  // what its CPUs have, in words
};

struct Architecture {
  ArchitectureId id;
  std::string_view halide;  // "arm"
  int bits;                 // 32 or 64
  std::string_view llvm;    // what LLVM calls the code of objects: "aarch64"
  std::vector<CpuFamily> families;
  // The most basic first: a CPU that lacks something is told that. Equal for equal names of
  // Halide's.
  std::vector<CpuFeature> features;
  // What decides schedules, from the features alone, so that equal targets give equal libraries on
  // any machine. Typical figures of the server and desktop cores of each family.
  TargetTraits (*traits)(const FeatureSet& features);
  VectorIsa (*vector_isa)(const FeatureSet& features);
  // Has an instruction from vectors of 16-bit floats to 32-bit ones.
  bool (*converts_half)(const FeatureSet& features);
  // Multiplies and adds vectors of 16-bit floats, by Halide and LLVM.
  bool (*computes_half)(const FeatureSet& features);
  // What the target "host" has; null where slimc does not run.
  FeatureSet (*host_features)(const HostCpu& cpu);
  // An instruction says what the CPU has, whatever the system.
  bool asks_cpu_itself = false;
  std::vector<std::string_view> clang_flags;  // for NAME.cc
  std::string_view stack_reader;              // whose row: compiler/objects/stack_reader.h
  // slimc's tests run its code under QEMU, elsewhere on the machine itself.
  bool tests_emulate = false;
};

// In the order of ArchitectureId.
const std::vector<Architecture>& architectures();

const Architecture& architecture(ArchitectureId id);

// By Halide's name and the bits; null if there is none.
const Architecture* find_architecture(std::string_view halide, int bits);

// Null if the architecture has none of this name.
const CpuFeature* find_feature(const Architecture& architecture, std::string_view name);

// Adds the feature and what it implies. A name that the architecture does not have implies nothing.
void add_with_implied(const Architecture& architecture, std::string_view name, FeatureSet& set);

}  // namespace slimc
