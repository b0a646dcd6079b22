// The convolutions of a network of the family, one behind the other, with the names that a dialect
// gives them. Variables and ops are both read off this list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/mobilenet/architecture.h"

namespace slimc::frontend {

enum class LayerKind { Stem, Depthwise, Pointwise, Classifier };

struct Layer {
  LayerKind kind = LayerKind::Stem;
  // The scope of its variables: "MobilenetV1/Conv2d_1_depthwise", "conv_dw_1".
  std::string name = {};
  // What its batch norm's variables lie under: ".../BatchNorm", "conv_dw_1_bn".
  std::string batch_norm = {};
  std::int64_t block = 0;  // 1-based; 0 for stem and classifier
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t inputs = 0;      // channels
  std::int64_t multiplier = 1;  // Depthwise only: outputs = inputs * multiplier
  std::int64_t outputs = 0;

  bool has_batch_norm() const { return kind != LayerKind::Classifier; }
  Variable weights(Dialect dialect) const;
  Variable bias(Dialect dialect) const;  // Classifier only
  std::vector<Variable> batch_norm_variables() const;
};

std::vector<Layer> layers_of(const Architecture& architecture);

}  // namespace slimc::frontend
