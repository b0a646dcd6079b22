#include "compiler/objects/pack_weights.h"

#include <algorithm>
#include <cstring>

#include "ir/graph.h"
#include "support/check.h"
#include "support/half.h"

namespace slimc {
namespace {

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

// The row of the constant that stands in a row of the packed matrix, or -1 for one of zeros.
std::int64_t constant_row(const WeightsLayout& layout, std::int64_t packed_row) {
  std::int64_t row = packed_row;
  if (layout.pixel_rows > 0) {
    const std::int64_t within = packed_row % layout.padded_pixel_rows;
    if (within >= layout.pixel_rows) return -1;
    row = packed_row / layout.padded_pixel_rows * layout.pixel_rows + within;
  }
  if (const std::int64_t count = layout.reversed_in_channels; count > 0) {
    row = row / count * count + (count - 1 - row % count);
  }
  return row;
}

// All targets are little-endian, like every host that Halide runs on.
void write(std::string& bytes, std::int64_t offset, const void* data, std::size_t size) {
  std::memcpy(bytes.data() + offset, data, size);
}

}  // namespace

std::vector<float> pack(const WeightsLayout& layout, const std::vector<float>& constant) {
  std::vector<float> packed(index(layout.packed_elements()), 0.0f);
  if (layout.values == WeightsLayout::Values::Zeros) return packed;
  const bool is_constant = layout.values == WeightsLayout::Values::Constant;
  SLIMC_CHECK(layout.padded_channels % layout.panel_channels == 0 &&
                  layout.padded_channels >= layout.channels &&
                  (!is_constant || constant.size() == index(layout.rows * layout.channels)),
              "weights that do not fit their layout");
  const std::int64_t rows = layout.packed_rows(), panel = layout.panel_channels;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t from = constant_row(layout, row);
    if (from < 0) continue;
    for (std::int64_t first = 0; first < layout.channels; first += panel) {
      float* to = packed.data() + (first * rows + row * panel);
      const std::int64_t count = std::min(panel, layout.channels - first);
      if (is_constant) {
        std::copy_n(constant.data() + from * layout.channels + first, count, to);
      } else if (from >= first && from < first + count) {
        to[from - first] = 1.0f;
      }
    }
  }
  return packed;
}

std::string pack_weights(const Graph& graph, const Plan& plan) {
  std::string bytes(index(plan.weights_bytes), '\0');
  static const std::vector<float> none;
  for (const WeightsBlock& block : plan.weights) {
    const std::vector<float> packed =
        pack(block.layout, block.value.valid() ? graph.constant(block.value).data : none);
    if (block.type.element == ElementType::Float16) {
      std::vector<std::uint16_t> halves(packed.size());
      std::transform(packed.begin(), packed.end(), halves.begin(), float_to_half);
      write(bytes, block.offset, halves.data(), halves.size() * sizeof halves[0]);
    } else {
      SLIMC_CHECK(block.type == ElementType::Float32, "weights of a type that nothing packs");
      write(bytes, block.offset, packed.data(), packed.size() * sizeof packed[0]);
    }
  }
  return bytes;
}

}  // namespace slimc
