#include "compiler/targets/architecture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "compiler/targets/host_cpu.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;

// The least and the most that a CPU of the architecture can have.
std::vector<FeatureSet> extremes(const Architecture& row) {
  FeatureSet all;
  for (const CpuFeature& feature : row.features) add_with_implied(row, feature.name, all);
  return {{}, all};
}

TEST(Architectures, AreInTheOrderOfTheirEnumeration) {
  for (const ArchitectureId id : {ArchitectureId::X86_64, ArchitectureId::X86_32,
                                  ArchitectureId::Arm64, ArchitectureId::Arm32}) {
    EXPECT_EQ(architecture(id).id, id);
  }
  EXPECT_EQ(architectures().size(), 4u);
}

TEST(Architectures, AreComplete) {
  for (const Architecture& row : architectures()) {
    EXPECT_EQ(find_architecture(row.halide, row.bits), &row);
    EXPECT_FALSE(row.llvm.empty()) << row.halide;
    EXPECT_FALSE(row.stack_reader.empty()) << row.halide;
    for (const FeatureSet& features : extremes(row)) {
      const TargetTraits traits = row.traits(features);
      EXPECT_GT(traits.lanes(), 0);
      EXPECT_GT(traits.vector_registers, 0);
      EXPECT_GT(traits.l1_bytes, 0);
      EXPECT_GT(traits.l2_bytes, traits.l1_bytes);
      (void)row.vector_isa(features);
      // What computes with halves gets them from somewhere.
      if (row.computes_half(features)) EXPECT_TRUE(row.converts_half(features));
    }
  }
  EXPECT_EQ(find_architecture("x86", 16), nullptr);
  EXPECT_EQ(find_architecture("mips", 64), nullptr);
}

TEST(Architectures, NameOnlyFeaturesThatTheyHave) {
  for (const Architecture& row : architectures()) {
    std::set<std::string_view> names;
    for (const CpuFeature& feature : row.features) {
      EXPECT_TRUE(names.insert(feature.name).second) << feature.name << " is there twice";
      for (const std::string_view implied : feature.implies) {
        EXPECT_TRUE(names.contains(implied)) << feature.name << " implies what is more basic";
      }
      for (const RequiredFeature& required : feature.required) {
        EXPECT_FALSE(required.name.empty() || required.llvm.empty()) << feature.name;
      }
    }
    for (const CpuFamily& family : row.families) {
      EXPECT_FALSE(family.needs.empty()) << family.name;
      for (const std::string_view feature : family.features) {
        EXPECT_TRUE(names.contains(feature)) << family.name << " needs " << feature;
      }
    }
  }
}

// What is said of "arm" without bits, as in the words about wrong features.
TEST(Architectures, OfOneNameHaveTheSameFeatures) {
  for (const Architecture& a : architectures()) {
    for (const Architecture& b : architectures()) {
      if (a.halide != b.halide) continue;
      ASSERT_EQ(a.features.size(), b.features.size());
      for (std::size_t i = 0; i < a.features.size(); ++i) {
        EXPECT_EQ(a.features[i].name, b.features[i].name);
      }
    }
  }
}

TEST(Features, BringAlongWhatTheyImply) {
  const Architecture& x86 = architecture(ArchitectureId::X86_64);
  FeatureSet features;
  add_with_implied(x86, "avx512", features);
  EXPECT_THAT(features, ElementsAre("avx", "avx2", "avx512", "f16c", "fma", "sse41"));
  EXPECT_EQ(find_feature(x86, "arm_fp16"), nullptr);
  FeatureSet foreign;
  add_with_implied(x86, "strict_float", foreign);
  EXPECT_THAT(foreign, ElementsAre("strict_float"));
}

TEST(Features, DecideWhatKernelsAreMadeOf) {
  const Architecture& x86 = architecture(ArchitectureId::X86_64);
  const auto isa = [&](const FeatureSet& features) { return x86.vector_isa(features); };
  EXPECT_EQ(isa({}), VectorIsa::Sse);
  EXPECT_EQ(isa({"avx"}), VectorIsa::Avx);
  EXPECT_EQ(isa({"avx", "fma"}), VectorIsa::AvxFma);
  EXPECT_EQ(isa({"avx", "fma", "avx512"}), VectorIsa::Avx512);
  EXPECT_EQ(x86.traits({"avx"}).lanes(), 8);
  EXPECT_FALSE(x86.traits({"avx"}).multiplies_and_adds);
  EXPECT_TRUE(x86.traits({"avx", "fma"}).multiplies_and_adds);
  EXPECT_TRUE(architecture(ArchitectureId::Arm32).traits({}).multiplies_and_adds);
  EXPECT_EQ(architecture(ArchitectureId::X86_32).traits({"avx"}).vector_registers, 8);
  EXPECT_TRUE(architecture(ArchitectureId::Arm64).computes_half({"arm_fp16"}));
  EXPECT_FALSE(architecture(ArchitectureId::Arm32).computes_half({"arm_fp16"}));
}

TEST(Features, OfAMachineAreReadOffLlvmsNames) {
  const Architecture& x86 = architecture(ArchitectureId::X86_64);
  HostCpu cpu;
  EXPECT_TRUE(x86.host_features(cpu).empty());
  cpu.features = {"sse4.1", "avx", "avx2", "fma"};
  EXPECT_THAT(x86.host_features(cpu), ElementsAre("avx", "fma", "sse41")) << "avx2 without bmi";
  cpu.features.insert({"bmi", "bmi2", "f16c", "avx512f", "avx512cd", "avx512bw", "avx512dq"});
  EXPECT_FALSE(x86.host_features(cpu).contains("avx512"));
  cpu.features.insert("avx512vl");
  EXPECT_TRUE(x86.host_features(cpu).contains("avx512_skylake"));
}

}  // namespace
}  // namespace slimc
