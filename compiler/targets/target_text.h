// What the user writes for a target, taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/architecture.h"
#include "compiler/targets/platform.h"
#include "support/result.h"

namespace slimc {

struct TargetParts {
  const Architecture* architecture = nullptr;
  const Platform* platform = nullptr;
  FeatureSet features;
};

// A family of CPUs alone, which means Linux, or with an operating system behind it; or a target of
// Halide's, arch-bits-os-feature-feature. Not "host".
Result<TargetParts> parse_target_text(const std::string& text);

// "x86-64-linux-avx-sse41": the target by Halide's names.
std::string halide_string(const TargetParts& parts);

// The families' names, in the order in which people list them.
std::vector<std::string_view> target_families();

// A wrong target, as the user wrote it.
Diagnostic target_problem(const std::string& text, std::string message);

}  // namespace slimc
