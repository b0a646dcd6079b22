// The family as slim defines it: mobilenet_v1() of research/slim/nets/mobilenet_v1.py
// (tensorflow/models), as a function from its arguments to an architecture or to a network with
// random weights. keras_mobilenet.h is its Keras twin.
#pragma once

#include <cstdint>
#include <string>

#include "frontend/mobilenet/architecture.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// mobilenet_v1()'s arguments under the words of this project: what slim calls depth_multiplier is
// the width multiplier `alpha`.
struct MobileNetOptions {
  double alpha = 1.0;  // width multiplier: depth(d) = max(int(d*alpha), min_depth)
  std::int64_t min_depth = 8;
  std::int64_t height = 224, width = 224, channels = 3;
  std::int64_t batch = 1;
  std::int64_t classes = 1001;  // 0: the pooled features, [n,1,1,c], are the result
  std::uint64_t seed = 1;
  // Depthwise channels for one of the input; slim's own is always 1.
  std::int64_t depth_multiplier = 1;
  // Input pixels for one of the last features' along a side: 8, 16 or 32. Where the layers' strides
  // would make more of it, they dilate instead.
  std::int64_t output_stride = 32;
  bool explicit_padding = false;  // use_explicit_padding
  bool global_pool = false;
  bool softmax = true;  // prediction_fn: softmax, or none
};

// Every option out of range is reported (Blame::Usage).
Result<Architecture> slim_architecture(const MobileNetOptions& options);

// With random_weights() of the seed, named "mobilenet_v1_0.25_224" (as a C identifier).
Result<Graph> build_mobilenet(const MobileNetOptions& options);

// "224" or "96x130", for names of networks.
std::string size_words(std::int64_t height, std::int64_t width);

}  // namespace slimc::frontend
