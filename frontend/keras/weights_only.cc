#include "frontend/keras/weights_only.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <utility>
#include <vector>

#include "frontend/listed.h"
#include "frontend/mobilenet/architecture.h"

namespace slimc::frontend {
namespace {

constexpr std::size_t kMaxListed = 12;
constexpr std::int64_t kDefaultSize = 224;
constexpr std::int64_t kMaxSize = 1 << 16;

// MobileNet()'s of every version: a stride of 2 in front of these.
constexpr std::size_t kBlocks = 13;
constexpr std::size_t kStridedBlocks[] = {2, 4, 6, 12};

bool is_strided(std::size_t block) {
  return std::find(std::begin(kStridedBlocks), std::end(kStridedBlocks), block) !=
         std::end(kStridedBlocks);
}

// Layers without weights, whatever their number: InputLayer, activations, pooling and the head.
// Of keras/applications/mobilenet.py 2.0.6 to 3.x and keras_applications 1.0.0 to 1.0.8.
bool is_known_without_weights(const std::string& name) {
  static const std::regex known(
      "input_?\\d*|conv1_relu|conv_(dw|pw)_\\d+_relu|conv1_pad|conv_pad_\\d+|"
      "global_(average|max)_pooling2d(_\\d+)?|reshape(_\\d+)?|dropout(_\\d+)?|act_softmax|"
      "predictions",
      std::regex::optimize);
  return name.size() < 100 && std::regex_match(name, known);
}

bool is_known_with_weights(const std::string& name) {
  static const std::regex known("conv1(_bn)?|conv_(dw|pw)_([1-9]|1[0-3])(_bn)?|conv_preds",
                                std::regex::optimize);
  return name.size() < 100 && std::regex_match(name, known);
}

std::string quoted(const std::string& name) { return "'" + name + "'"; }

// It must be MobileNet and nothing else: a layer that is not known could do anything.
Result<void> check_layers(const NamedWeights& weights, const std::string& file) {
  std::vector<std::string> strange;
  for (const std::string& layer : weights.layers()) {
    const bool known = weights.layer_has_weights(layer) ? is_known_with_weights(layer)
                                                        : is_known_without_weights(layer);
    if (!known) strange.push_back(layer);
  }
  std::vector<std::string> missing;
  const auto expect = [&](const std::string& layer) {
    if (!weights.has_layer(layer)) missing.push_back(layer);
    if (!weights.has_layer(layer + "_bn")) missing.push_back(layer + "_bn");
  };
  expect("conv1");
  for (std::size_t block = 1; block <= kBlocks; ++block) {
    expect(fmt::format("conv_dw_{}", block));
    expect(fmt::format("conv_pw_{}", block));
  }
  Diagnostics problems;
  const std::string words =
      "holds weights alone, from which slimc reads MobileNet of keras.applications; ";
  if (!missing.empty()) {
    problems.add(
        {.file = file,
         .message = words + "these layers are missing: " + listed(missing, kMaxListed, quoted)});
  }
  if (!strange.empty()) {
    problems.add(
        {.file = file,
         .message = words + "these layers are not its: " + listed(strange, kMaxListed, quoted)});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// How each version pads:
//   Keras 2.0.6 to 2.1.4 and the published weights (2017)   SAME, no layers for it
//   Keras 2.1.5, 2.1.6, keras_applications 1.0.0, r1.9      conv1_pad and conv_pad_1..13: (1,1)
//   keras_applications 1.0.1 to 1.0.8                       conv1_pad and conv_pad_2,4,6,12:
//                                                           ((0,1),(0,1)); SAME at stride 1
//   keras 2.6 and later                                     the same without conv1_pad
// (keras-team/keras, keras/applications/mobilenet.py at these tags; keras-team/keras-applications,
// keras_applications/mobilenet.py, commit 05ff470 "Fix performance degradation of MobileNet".)
Result<PaddingStyle> read_padding(const NamedWeights& weights, const std::string& file,
                                  const Shape& input) {
  const bool at_stem = weights.has_layer("conv1_pad");
  std::vector<std::size_t> padded;
  for (std::size_t block = 1; block <= kBlocks; ++block) {
    if (weights.has_layer(fmt::format("conv_pad_{}", block))) padded.push_back(block);
  }
  if (padded.empty() && !at_stem) return PaddingStyle::Same;
  if (padded.size() == kBlocks && at_stem) return PaddingStyle::Symmetric;
  if (!std::equal(padded.begin(), padded.end(), std::begin(kStridedBlocks),
                  std::end(kStridedBlocks))) {
    return fail(
        {.file = file,
         .message = fmt::format("has padding layers {}in front of the blocks {}; no MobileNet "
                                "of keras.applications has these",
                                at_stem ? "conv1_pad and " : "", fmt::join(padded, ", "))});
  }
  // SAME is ((0,1),(0,1)) of an even size, and (1,1) of an odd one.
  if (!at_stem && (input[1] % 2 != 0 || input[2] % 2 != 0)) {
    return fail(
        {.file = file,
         .message = fmt::format("holds weights alone, with SAME padding at conv1 and padding "
                                "layers behind it, which slimc reads for even sizes; "
                                "--resolution is {}x{}",
                                input[1], input[2])});
  }
  return PaddingStyle::BottomRight;
}

GlobalPooling read_pooling(const NamedWeights& weights) {
  for (const std::string& layer : weights.layers()) {
    if (layer.rfind("global_average_pooling2d", 0) == 0) return GlobalPooling::Average;
    if (layer.rfind("global_max_pooling2d", 0) == 0) return GlobalPooling::Max;
  }
  return GlobalPooling::None;
}

std::vector<std::string> weight_names(const Variable& variable) {
  // DepthwiseConv2D's in Keras 3.
  if (variable.role == VariableRole::DepthwiseWeights) return {"depthwise_kernel", "kernel"};
  return {variable.name.substr(variable.name.rfind('/') + 1)};
}

// The shape of a convolution's weights, [kh,kw,ci,co].
Result<Shape> kernel_shape(const NamedWeights& weights, const std::string& file,
                           const std::string& layer, const std::vector<std::string>& names) {
  SLIMC_ASSIGN(const Tensor tensor, weights.read(layer, names));
  if (tensor.shape.rank() == 4 && tensor.shape.elements() > 0) return tensor.shape;
  return fail({.file = file,
               .subject = "layer '" + layer + "'",
               .message = fmt::format("its weight '{}' has the shape {}, expected [kh,kw,ci,co]",
                                      names.front(), tensor.shape.to_string())});
}

Result<Shape> chosen_input(const ModelRequest& request, std::int64_t channels) {
  const auto [h, w] = request.resolution.value_or(std::pair(kDefaultSize, kDefaultSize));
  if (request.batch < 1) {
    return fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                 .blame = Blame::Usage});
  }
  if (h < 1 || w < 1 || h > kMaxSize || w > kMaxSize) {
    return fail({.message = fmt::format("--resolution {}x{}: expected 1 to {}", h, w, kMaxSize),
                 .blame = Blame::Usage});
  }
  return Shape{request.batch, h, w, channels};
}

Result<Architecture> read_architecture(const NamedWeights& weights, const std::string& file,
                                       const ModelRequest& request) {
  SLIMC_TRY(check_layers(weights, file));
  Architecture network;
  network.dialect = Dialect::Keras;
  SLIMC_ASSIGN(const Shape stem, kernel_shape(weights, file, "conv1", {"kernel"}));
  SLIMC_ASSIGN(network.input, chosen_input(request, stem[2]));
  SLIMC_ASSIGN(network.padding, read_padding(weights, file, network.input));
  network.stem_filters = stem[3];
  for (std::size_t number = 1; number <= kBlocks; ++number) {
    const std::string id = std::to_string(number);
    SLIMC_ASSIGN(const Shape depthwise,
                 kernel_shape(weights, file, "conv_dw_" + id, {"depthwise_kernel", "kernel"}));
    SLIMC_ASSIGN(const Shape pointwise, kernel_shape(weights, file, "conv_pw_" + id, {"kernel"}));
    network.blocks.push_back({.stride = is_strided(number) ? 2 : 1,
                              .depth_multiplier = depthwise[3],
                              .filters = pointwise[3]});
  }
  network.pooling = read_pooling(weights);
  network.classes = 0;
  if (weights.has_layer("conv_preds")) {
    SLIMC_ASSIGN(const Shape classifier, kernel_shape(weights, file, "conv_preds", {"kernel"}));
    network.classes = classifier[3];
    if (network.pooling == GlobalPooling::None) {
      return fail({.file = file,
                   .message =
                       "has the layer conv_preds and no global_average_pooling2d in front of "
                       "it"});
    }
  }
  network.softmax = network.classes > 0;
  return network;
}

std::string describe(const Architecture& network) {
  constexpr double kStem = 32;  // filters of alpha 1
  std::string words =
      fmt::format("alpha {:.4g}, input {}", static_cast<double>(network.stem_filters) / kStem,
                  network.input.to_string());
  if (network.classes > 0) {
    words += fmt::format(", {} classes, softmax", network.classes);
  } else {
    words += network.pooling == GlobalPooling::None ? ", no top, no pooling" : ", no top";
  }
  switch (network.padding) {
    case PaddingStyle::Same:
      return words + ", SAME padding";
    case PaddingStyle::Symmetric:
      return words + ", one pixel of padding on every side";
    case PaddingStyle::BottomRight:
      return words + ", padding below and to the right";
  }
  return words;
}

}  // namespace

Result<Graph> import_keras_weights(const NamedWeights& weights, const std::string& file,
                                   const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const Architecture network, read_architecture(weights, file, request));
  const std::string words =
      "holds weights alone; taken for MobileNet of keras.applications: " + describe(network);
  if (request.resolution) {
    reporter.detail(file + ": " + words);
  } else {
    reporter.warning({.file = file, .message = words + "; --resolution says another size"});
  }
  auto graph = build_network(network, [&](const Variable& variable) {
    const std::string layer = variable.name.substr(0, variable.name.rfind('/'));
    return weights.read(layer, weight_names(variable));
  });
  if (!graph) {
    Diagnostics problems;
    for (Diagnostic problem : graph.error().list()) {
      if (problem.file.empty()) problem.file = file;
      problems.add(std::move(problem));
    }
    return Failure(std::move(problems));
  }
  graph->file = file;
  graph->form = "Keras";
  return graph;
}

}  // namespace slimc::frontend
