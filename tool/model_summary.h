// What a network consists of, as its users know it: `slimc inspect`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc {

// A convolution, pooling, softmax or other op that is no mere part of one. Batch norm, biases, relu
// and relu6 count with the layer in front of them.
struct LayerSummary {
  std::string name;  // of the op
  OpKind kind = OpKind::Conv2D;
  ActivationFunction activation;  // of an Activate
  std::string kernel;             // "3x3"; empty where there is none
  std::string stride;             // "2x2"
  Shape output;
  std::int64_t parameters = 0;     // trainable: weights, biases, batch norm's gamma and beta
  std::int64_t multiply_adds = 0;  // for the graph's batch
};

struct OutputSummary {
  std::string name;  // as --output-node takes it
  Shape shape;
  std::string kind;  // "probabilities", "logits", "features", "feature map"; "" for others
};

struct ModelSummary {
  std::string name;
  std::string form;  // "TensorFlow", "Keras", "TFLite", "ONNX"
  Shape input;
  PixelEncoding pixels;
  std::vector<OutputSummary> outputs;
  std::optional<double> alpha;  // width multiplier; nothing if this is no MobileNet v1
  std::int64_t height = 0, width = 0;
  std::int64_t classes = 0;  // of the first output
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;
  std::vector<LayerSummary> layers;
};

Result<ModelSummary> summarize(const Graph& imported);

// "relu6", "leaky_relu(0.2)", "clip(0,1)".
std::string to_string(const ActivationFunction& activation);

// The width multiplier with the fewest decimals (at most four) under which slim's rule,
// depth(d) = max(int(d * alpha), min_depth), gives these output channels of MobileNet v1's first
// convolution and 13 pointwise convolutions; nothing if there is none.
std::optional<double> width_multiplier(const std::vector<std::int64_t>& depths);

}  // namespace slimc
