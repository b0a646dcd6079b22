// Weights in the order in which the kernels read them (schedules/gemm_tile.h, depthwise_rows.h,
// first_convolution_generator.cc). Channels that only pad a vector or a panel get zeros, so that
// padded activations stay zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace slimc {

// Collects the blocks of the weights object; each starts at a 64-byte boundary.
class WeightPool {
 public:
  // Returns the block's offset in bytes.
  std::int64_t add(const std::vector<float>& block);
  // As 16-bit floats, which the numbers are already (round_weights).
  std::int64_t add_halves(const std::vector<float>& block);
  std::string take() { return std::move(bytes_); }

 private:
  std::int64_t add_bytes(const void* data, std::size_t bytes);

  std::string bytes_;
};

// [1,1,ci,co] -> [panel][ci][panel_channels], `panels * panel_channels` >= co.
std::vector<float> pack_pointwise(const Tensor& weights, std::int64_t panel_channels,
                                  std::int64_t padded_channels);

// [kh,kw,ci,m] -> [block][kh*kw][lanes], channel = ci * m + j.
std::vector<float> pack_depthwise(const Tensor& weights, std::int64_t lanes,
                                  std::int64_t padded_channels);

// [kh,kw,ci,co] -> [panel][kh][kw*ci][panel_channels].
std::vector<float> pack_first_convolution(const Tensor& weights, std::int64_t panel_channels,
                                          std::int64_t padded_channels);

std::vector<float> pack_bias(const Tensor& bias, std::int64_t padded_channels);

}  // namespace slimc
