// The family as Keras defines it: tf.keras.applications.MobileNet() of TensorFlow r1.9
// (tensorflow/python/keras/applications/mobilenet.py, and _obtain_input_shape() of
// imagenet_utils.py beside it), as a function from its arguments to an architecture or to a
// network. mobilenet.h is its slim twin.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "frontend/mobilenet/architecture.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Python's None as a height or a width.
inline constexpr std::int64_t kUnknownSize = -1;

// MobileNet()'s arguments, with its defaults.
struct KerasMobileNetOptions {
  // Height, width, channels; without it 224x224x3.
  std::optional<std::vector<std::int64_t>> input_shape = {};
  double alpha = 1.0;  // width multiplier: filters = int(f*alpha)
  std::int64_t depth_multiplier = 1;
  double dropout = 1e-3;  // the identity at inference
  bool include_top = true;
  std::string weights = "imagenet";             // "imagenet", "" (Python's None) or a file
  GlobalPooling pooling = GlobalPooling::None;  // without a top only
  std::int64_t classes = 1000;                  // with a top only
  // Beyond r1.9's arguments:
  PaddingStyle padding = PaddingStyle::Symmetric;  // r1.9's; BottomRight: Keras since
  bool softmax = true;                             // classifier_activation of later versions
  std::int64_t batch = 1;
  std::uint64_t seed = 1;  // of random weights
};

// Errors and warnings under Keras' conditions, all of them at once (Blame::Usage). What Keras
// leaves open, height and width without a top, is 224.
Result<Architecture> keras_architecture(const KerasMobileNetOptions& options, Reporter& reporter);

// "mobilenet_1_0_224_tf.h5", "mobilenet_2_5_128_tf_no_top.h5": the name that Keras publishes the
// ImageNet weights of an architecture under.
std::string keras_weights_file(double alpha, std::int64_t rows, bool include_top);

// Reads a file of weights: load_model() of the frontend.
using ModelLoader = std::function<Result<Graph>(const std::string& file)>;

// The network with random weights, or with those of a file that `load` reads. "imagenet" is a
// failure that names the file and how to come by it: nothing is downloaded here.
Result<Graph> build_keras_mobilenet(const KerasMobileNetOptions& options, const ModelLoader& load,
                                    Reporter& reporter);

// The constants of a graph under their names. The network's variables that `graph` does not have,
// and those that it has and the network does not, are reported.
Result<VariableSource> variables_from(const Graph& graph, const Architecture& architecture,
                                      const std::string& file);

}  // namespace slimc::frontend
