#include "compiler/targets/architecture.h"

#include <cstddef>

#include "compiler/targets/host_cpu.h"
#include "support/check.h"

namespace slimc {
namespace {

TargetTraits x86_traits(const FeatureSet& features, int registers) {
  TargetTraits traits;
  traits.l1_bytes = 32 << 10;
  // AVX-512 brings its multiply-add along.
  traits.multiplies_and_adds = features.contains("fma") || features.contains("avx512");
  if (features.contains("avx512")) {
    traits.register_bytes = 64;
    traits.vector_registers = 32;
    traits.l2_bytes = 1 << 20;
  } else {
    const bool avx = features.contains("avx");
    traits.register_bytes = avx ? 32 : 16;
    traits.vector_registers = registers;
    traits.l2_bytes = avx ? 512 << 10 : 256 << 10;
  }
  return traits;
}

TargetTraits x86_64_traits(const FeatureSet& features) { return x86_traits(features, 16); }
TargetTraits x86_32_traits(const FeatureSet& features) { return x86_traits(features, 8); }

TargetTraits arm_traits(int registers, int fma_ports) {
  TargetTraits traits;
  traits.register_bytes = 16;
  traits.multiplies_by_lane = true;
  traits.multiplies_and_adds = true;
  traits.vector_registers = registers;
  traits.fma_ports = fma_ports;
  traits.l1_bytes = 32 << 10;
  traits.l2_bytes = 512 << 10;
  return traits;
}

TargetTraits arm64_traits(const FeatureSet&) { return arm_traits(32, 2); }
TargetTraits arm32_traits(const FeatureSet&) { return arm_traits(16, 1); }

VectorIsa x86_vector_isa(const FeatureSet& features) {
  if (features.contains("avx512")) return VectorIsa::Avx512;
  if (!features.contains("avx")) return VectorIsa::Sse;
  return features.contains("fma") ? VectorIsa::AvxFma : VectorIsa::Avx;
}

VectorIsa neon(const FeatureSet&) { return VectorIsa::Neon; }

bool has_f16c(const FeatureSet& features) { return features.contains("f16c"); }  // vcvtph2ps
bool has_arm_fp16(const FeatureSet& features) { return features.contains("arm_fp16"); }
bool always(const FeatureSet&) { return true; }
bool never(const FeatureSet&) { return false; }

FeatureSet x86_host_features(const HostCpu& cpu) {
  const auto has = [&](const char* name) { return cpu.features.contains(name); };
  FeatureSet features;
  if (has("sse4.1")) features.insert("sse41");
  if (has("avx")) features.insert("avx");
  if (has("f16c")) features.insert("f16c");
  if (has("fma")) features.insert("fma");
  if (has("avx2") && has("bmi") && has("bmi2")) features.insert("avx2");
  // Later AVX-512 subsets only add integer and bfloat16 instructions, which no stage uses.
  if (features.contains("avx2") && features.contains("fma") && features.contains("f16c") &&
      has("avx512f") && has("avx512cd") && has("avx512bw") && has("avx512dq") && has("avx512vl")) {
    features.insert({"avx512", "avx512_skylake"});
  }
  return features;
}

// What ARMv8-A has is what the target "host" means there.
FeatureSet arm64_host_features(const HostCpu&) { return {}; }

// Halide passes these to LLVM as CPUs (haswell, skylake-avx512, ...), so avx2 also lets LLVM use
// the bit-manipulation instructions of those.
std::vector<CpuFeature> x86_features() {
  return {
      {"sse41", {}, {{"sse41", "sse4.1"}}},
      {"avx", {"sse41"}, {{"avx", "avx"}}},
      {"avx2", {"avx"}, {{"avx2", "avx2"}}},
      {"f16c", {"avx"}, {{"f16c", "f16c"}}},
      {"fma", {"avx"}, {{"fma", "fma"}}},
      {"avx512", {"avx2", "f16c", "fma"}, {{"avx512f", "avx512f"}, {"avx512cd", "avx512cd"}}},
      {"avx512_skylake",
       {"avx512"},
       {{"avx512bw", "avx512bw"}, {"avx512dq", "avx512dq"}, {"avx512vl", "avx512vl"}}},
      {"avx512_cannonlake",
       {"avx512_skylake"},
       {{"avx512ifma", "avx512ifma"}, {"avx512vbmi", "avx512vbmi"}}},
      {"avx512_sapphirerapids",
       {"avx512_cannonlake"},
       {{"avx512vnni", "avx512vnni"}, {"avx512bf16", "avx512bf16"}}},
  };
}

std::vector<CpuFeature> arm_features() {
  return {
      {"armv7s", {}, {}},
      {"soft_float_abi", {}, {}},
      {"arm_dot_prod", {}, {{"dotprod", "dotprod"}}},
      {"arm_fp16", {}, {{"fp16", "fullfp16"}}},
      {"armv81a", {}, {}},
  };
}

std::vector<Architecture> make_architectures() {
  return {
      {.id = ArchitectureId::X86_64,
       .halide = "x86",
       .bits = 64,
       .llvm = "x86",
       .families = {{"x86-64", {"sse41"}, "SSE4.1"},
                    {"x86-64-v3", {"avx2", "f16c", "fma"}, "AVX2, FMA, F16C"},
                    {"x86-64-v4", {"avx512_skylake", "f16c", "fma"}, "AVX-512 F CD BW DQ VL"}},
       .features = x86_features(),
       .traits = x86_64_traits,
       .vector_isa = x86_vector_isa,
       .converts_half = has_f16c,
       .computes_half = never,
       .host_features = x86_host_features,
       .asks_cpu_itself = true,
       .clang_flags = {},
       .stack_reader = "x86"},
      {.id = ArchitectureId::X86_32,
       .halide = "x86",
       .bits = 32,
       .llvm = "x86",
       .families = {},
       .features = x86_features(),
       .traits = x86_32_traits,
       .vector_isa = x86_vector_isa,
       .converts_half = has_f16c,
       .computes_half = never,
       .host_features = nullptr,
       .asks_cpu_itself = true,
       .clang_flags = {},
       .stack_reader = "x86"},
      {.id = ArchitectureId::Arm64,
       .halide = "arm",
       .bits = 64,
       .llvm = "aarch64",
       .families = {{"arm64", {}, "ARMv8-A"},
                    {"arm64-dotprod", {"arm_dot_prod"}, "ARMv8.2-A, dot products"},
                    {"arm64-fp16", {"arm_fp16"}, "ARMv8.2-A, half precision"}},
       .features = arm_features(),
       .traits = arm64_traits,
       .vector_isa = neon,
       .converts_half = always,  // fcvtl, which all of ARMv8 has
       .computes_half = has_arm_fp16,
       .host_features = arm64_host_features,
       // clang calls libgcc's atomics where it finds a cross GCC on the machine.
       .clang_flags = {"-mno-outline-atomics"},
       .stack_reader = "arm64",
       .tests_emulate = true},
      {.id = ArchitectureId::Arm32,
       .halide = "arm",
       .bits = 32,
       .llvm = "arm",
       .families = {{"armv7-neon", {}, "ARMv7-A, NEON"}},
       .features = arm_features(),
       .traits = arm32_traits,
       .vector_isa = neon,
       // vcvt is there from VFPv4 on, which no target of Halide's asks for.
       .converts_half = never,
       .computes_half = never,  // kernels would convert
       .host_features = nullptr,
       .clang_flags = {},
       .stack_reader = "arm32",
       .tests_emulate = true},
  };
}

}  // namespace

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> rows = make_architectures();
  return rows;
}

const Architecture& architecture(ArchitectureId id) {
  const Architecture& row = architectures()[static_cast<std::size_t>(id)];
  SLIMC_CHECK(row.id == id, "the table of architectures is not in the order of its enumeration");
  return row;
}

const Architecture* find_architecture(std::string_view halide, int bits) {
  for (const Architecture& row : architectures()) {
    if (row.halide == halide && row.bits == bits) return &row;
  }
  return nullptr;
}

const CpuFeature* find_feature(const Architecture& architecture, std::string_view name) {
  for (const CpuFeature& feature : architecture.features) {
    if (feature.name == name) return &feature;
  }
  return nullptr;
}

void add_with_implied(const Architecture& architecture, std::string_view name, FeatureSet& set) {
  if (!set.emplace(name).second) return;
  const CpuFeature* feature = find_feature(architecture, name);
  if (feature == nullptr) return;
  for (const std::string_view implied : feature->implies) {
    add_with_implied(architecture, implied, set);
  }
}

}  // namespace slimc
