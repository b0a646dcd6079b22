#include "tests/targets/machines.h"

#include <gtest/gtest.h>
#include <llvm/ADT/Triple.h>

#include <cstring>
#include <fstream>

#include "compiler/build/compile_libraries.h"
#include "ir/graph.h"
#include "support/files.h"
#include "support/process.h"

namespace slimc::testing {
namespace {

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  EXPECT_TRUE(file) << path;
}

ProcessOutcome run_program(std::vector<std::string> words) {
  const std::string program = words.front();
  words.erase(words.begin());
  Result<ProcessOutcome> outcome = run_process(program, words, std::chrono::minutes(2));
  if (outcome) return *outcome;
  ADD_FAILURE() << outcome.error().to_string();
  return {.exit_code = 255};
}

// The plainest ones: Cortex-A8 has NEON and neither VFPv4 nor integer division, Cortex-A53 is the
// first ARMv8, A76 has dot products and half precision.
std::string plainest_arm_cpu(const Target& target) {
  if (llvm::Triple(target.triple).getArch() != llvm::Triple::aarch64) return "cortex-a8";
  return target.required_features.empty() ? "cortex-a53" : "cortex-a76";
}

std::string word_of(DriverMode mode) {
  switch (mode) {
    case DriverMode::Run:
      return "run";
    case DriverMode::Modes:
      return "modes";
    case DriverMode::Stages:
      return "stages";
  }
  return "";
}

}  // namespace

Machine emulated(const Target& target, const std::string& cpu) {
  switch (llvm::Triple(target.triple).getArch()) {
    case llvm::Triple::aarch64:
      return {SLIMC_ARM64_CC, {SLIMC_QEMU_ARM64, "-cpu", cpu}};
    case llvm::Triple::arm:
      return {SLIMC_ARMV7_CC, {SLIMC_QEMU_ARMV7, "-cpu", cpu}};
    case llvm::Triple::x86_64:
#ifdef __x86_64__
      return {SLIMC_CC, {SLIMC_QEMU_X86_64, "-cpu", cpu}};
#endif
    default:
      return {};
  }
}

Machine machine_for(const Target& target) {
  if (llvm::Triple(target.triple).getArch() != llvm::Triple::x86_64) {
    return emulated(target, plainest_arm_cpu(target));
  }
#ifdef __x86_64__
  return {SLIMC_CC, {}};
#else
  return {};
#endif
}

Driver::Driver(const CompiledLibrary& library, const Target& target, const Machine& machine)
    : machine_(machine) {
  write(folder_ / "libnet.a", library.archive);
  write(folder_ / "net.h", library.header);
  std::vector<std::string> words = {
      machine.c_compiler, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O1",
      // The emulator then needs no files of the other system.
      "-static", "-I" + folder_.path().string(), SLIMC_SOURCE_DIR "/tests/targets/driver.c",
      folder_ / "libnet.a", "-lm", "-o", folder_ / "driver"};
  if (llvm::Triple(target.triple).isOSLinux()) words.insert(words.begin() + 1, "-pthread");
  const ProcessOutcome linked = run_program(words);
  EXPECT_TRUE(linked.ok()) << linked.output;
}

DriverOutcome Driver::run(const Machine& machine, DriverMode mode, ElementType input_type,
                          int threads, const std::string& input) const {
  write(folder_ / "in", input);
  std::vector<std::string> words = machine.emulator;
  for (const std::string& word :
       {(folder_ / "driver").string(), word_of(mode),
        std::string(input_type == ElementType::UInt8 ? "u8" : "f32"), std::to_string(threads),
        (folder_ / "in").string(), (folder_ / "out").string()}) {
    words.push_back(word);
  }
  const ProcessOutcome ended = run_program(words);
  EXPECT_EQ(ended.signal, 0) << ended.output;
  EXPECT_FALSE(ended.timed_out);
  DriverOutcome outcome{.status = ended.exit_code, .text = ended.output, .results = {}};
  const Result<std::string> bytes = read_file(folder_ / "out");
  if (!bytes) {
    ADD_FAILURE() << bytes.error().to_string();
    return outcome;
  }
  outcome.results.resize(bytes->size() / sizeof(float));
  std::memcpy(outcome.results.data(), bytes->data(), outcome.results.size() * sizeof(float));
  return outcome;
}

Result<CompiledLibrary> compile_for(Graph graph, const Target& target, const Numbers& numbers) {
  graph.name = "net";
  CompileOptions options;
  options.targets = {target};
  options.plan.precision.weights = numbers.weights;
  options.plan.precision.arithmetic = numbers.arithmetic;
  options.plan.precision.accumulate = numbers.accumulate;
  options.tools.cache = SLIMC_BINARY_DIR "/tests/kernel-cache";
  options.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.tools.runtime_include = SLIMC_SOURCE_DIR "/runtime/include";
  SilentReporter reporter;
  return compile_library(graph, options, reporter);
}

}  // namespace slimc::testing
