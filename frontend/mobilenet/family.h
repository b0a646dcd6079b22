// What slim's and Keras' definitions of the family have in common.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "support/diagnostics.h"

namespace slimc::frontend {

struct BlockDefinition {
  std::int64_t stride;
  std::int64_t filters;  // of the pointwise half, before the width multiplier
};

// Table 1 of the paper (arXiv 1704.04861).
inline constexpr std::int64_t kStemFilters = 32;
inline constexpr std::array<BlockDefinition, 13> kBlockDefinitions = {{
    {1, 64},
    {2, 128},
    {1, 128},
    {2, 256},
    {1, 256},
    {2, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {2, 1024},
    {1, 1024},
}};

// int(filters * alpha) of Python.
std::int64_t scaled(std::int64_t filters, double alpha);

// Gathers what is wrong with a user's options: "height 31: expected 32 to 8192".
class OptionChecks {
 public:
  void expect(bool valid, const std::string& option, const std::string& found,
              const std::string& expected);
  void between(const std::string& option, std::int64_t found, std::int64_t low, std::int64_t high);
  void add(std::string message);  // in its own words

  bool passed() const { return problems_.empty(); }
  Diagnostics take() { return std::move(problems_); }

 private:
  Diagnostics problems_;
};

// Bounds that both dialects share; they keep every tensor and every product of sizes far from the
// limits of int64 and of memory.
inline constexpr double kMaxAlpha = 4;
inline constexpr std::int64_t kMinSide = 32;
inline constexpr std::int64_t kMaxSide = 8192;
inline constexpr std::int64_t kMaxImageChannels = 1024;
inline constexpr std::int64_t kMaxBatch = 1024;
inline constexpr std::int64_t kMaxClasses = 65536;
inline constexpr std::int64_t kMaxDepthMultiplier = 16;
inline constexpr std::int64_t kMaxMinDepth = 4096;

}  // namespace slimc::frontend
