// The numbers of the tiny network (tiny_plan.h), for its kernels as well.
#pragma once

namespace slimc::testing {

inline constexpr int kBatch = 2, kSize = 4, kInputChannels = 3, kChannels = 5, kStride = 8;
inline constexpr int kClasses = 6;

// The weights, in the order of tiny_plan.h; padded channels are zeros. In floats from the start of
// the weights object, each on a 64-byte boundary.
inline constexpr int kPointwiseAt = 0;    // [3][8]
inline constexpr int kVerticalAt = 32;    // [3][8]
inline constexpr int kClassifierAt = 64;  // [6][8]
inline constexpr int kWeights = 112;

}  // namespace slimc::testing
