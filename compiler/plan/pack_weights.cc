#include "compiler/plan/pack_weights.h"

#include <algorithm>
#include <cassert>

#include "support/half.h"

namespace slimc {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

// A matrix of rows x channels to [panel][row][channel in panel].
std::vector<float> pack_panels(const float* matrix, std::int64_t rows, std::int64_t channels,
                               std::int64_t panel_channels, std::int64_t padded_channels) {
  assert(padded_channels % panel_channels == 0 && padded_channels >= channels);
  std::vector<float> packed(index(rows * padded_channels), 0.0f);
  for (std::int64_t c = 0; c < channels; ++c) {
    float* panel = packed.data() + (c / panel_channels) * rows * panel_channels;
    for (std::int64_t row = 0; row < rows; ++row) {
      panel[row * panel_channels + c % panel_channels] = matrix[row * channels + c];
    }
  }
  return packed;
}

}  // namespace

// All targets are little-endian, like every host that Halide runs on.
std::int64_t WeightPool::add_bytes(const void* data, std::size_t bytes) {
  bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment, '\0');
  const std::size_t offset = bytes_.size();
  bytes_.append(static_cast<const char*>(data), bytes);
  return static_cast<std::int64_t>(offset);
}

std::int64_t WeightPool::add(const std::vector<float>& block) {
  return add_bytes(block.data(), block.size() * sizeof(float));
}

std::int64_t WeightPool::add_halves(const std::vector<float>& block) {
  std::vector<std::uint16_t> halves(block.size());
  std::transform(block.begin(), block.end(), halves.begin(), float_to_half);
  return add_bytes(halves.data(), halves.size() * sizeof(std::uint16_t));
}

std::vector<float> pack_pointwise(const Tensor& weights, std::int64_t panel_channels,
                                  std::int64_t padded_channels) {
  return pack_panels(weights.data.data(), weights.shape[2], weights.shape[3], panel_channels,
                     padded_channels);
}

std::vector<float> pack_depthwise(const Tensor& weights, std::int64_t lanes,
                                  std::int64_t padded_channels) {
  // ci and m are adjacent, so [kh,kw,ci,m] is already a matrix of taps x channels.
  return pack_panels(weights.data.data(), weights.shape[0] * weights.shape[1],
                     weights.shape[2] * weights.shape[3], lanes, padded_channels);
}

std::vector<float> pack_first_convolution(const Tensor& weights, std::int64_t panel_channels,
                                          std::int64_t padded_channels) {
  return pack_panels(weights.data.data(), weights.shape[0] * weights.shape[1] * weights.shape[2],
                     weights.shape[3], panel_channels, padded_channels);
}

std::vector<float> pack_bias(const Tensor& bias, std::int64_t padded_channels) {
  std::vector<float> packed(bias.data);
  assert(static_cast<std::int64_t>(packed.size()) <= padded_channels);
  packed.resize(index(padded_channels), 0.0f);
  return packed;
}

}  // namespace slimc
