// Targets: what the user writes, what Halide and clang call it, and what its cores offer.
#pragma once

#include <string>
#include <vector>

#include "compiler/targets/architecture.h"
#include "compiler/targets/platform.h"
#include "schedules/tiling/tiling.h"
#include "support/result.h"

namespace slimc {

struct Target {
  std::string name;    // as the user wrote it, "x86-64-v3"; the Halide target for "host"
  std::string halide;  // "x86-64-linux-avx-avx2-f16c-fma-sse41", without generator features
  std::string triple;  // "x86_64-unknown-linux-gnu"
  // Rows of their tables; null until parse_target() made the target.
  const Architecture* architecture = nullptr;
  const Platform* platform = nullptr;
  // What the CPU must have at run time, by the runtime's names (slimc/cpu.h): "avx2", "fma".
  std::vector<std::string> required_features;
  TargetTraits traits;
  VectorIsa vector_isa = VectorIsa::Sse;
  bool converts_half = false;  // has an instruction from vectors of 16-bit floats to 32-bit ones
  bool computes_half = false;  // multiplies and adds vectors of 16-bit floats
  bool is_host_compatible = false;  // the objects can run on this machine
};

// "host"; a friendly name ("x86-64", "x86-64-v3", "x86-64-v4", "arm64", "arm64-dotprod",
// "arm64-fp16", "armv7-neon"), which means Linux, or one with a system behind it ("arm64-macos");
// or a Halide target string. "host" is resolved to the features of this machine.
Result<Target> parse_target(const std::string& text);

// "A,B,C": what one library has kernels for, to choose from when it runs. All are for the same
// architecture and system, each demands more of the CPU than the next, and something there can say
// what the CPU offers.
Result<std::vector<Target>> parse_targets(const std::string& text);

}  // namespace slimc
