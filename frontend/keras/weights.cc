#include "frontend/keras/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

constexpr const char* kWholeModel = "model_weights";
constexpr const char* kLayerNames = "layer_names";
constexpr const char* kWeightNames = "weight_names";

// The last two parts of "mobilenet/conv1_bn/gamma:0": its layer "conv1_bn" and its own name
// "gamma". Keras 3 writes no ":0".
struct WeightName {
  std::string_view layer;
  std::string_view own;
};

WeightName split(std::string_view name) {
  name = name.substr(0, name.rfind(':'));
  WeightName parts{{}, name};
  if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    parts.own = name.substr(slash + 1);
    parts.layer = name.substr(0, slash);
    parts.layer = parts.layer.substr(parts.layer.rfind('/') + 1);
  }
  return parts;
}

}  // namespace

Result<KerasWeights> KerasWeights::open(const Hdf5Tree& tree) {
  KerasWeights weights(tree);
  if (tree.has_group(kWholeModel)) weights.root_ = kWholeModel;
  auto layers = tree.list(weights.root_, kLayerNames);
  if (!layers) {
    // keras/src/saving/saving_lib.py, H5IOStore.
    if (tree.has_group("layers") || tree.has_group("_layer_checkpoint_dependencies")) {
      return fail({.file = tree.file(),
                   .message =
                       "is a .weights.h5 of Keras 3, which does not say what its layers are; "
                       "save the whole model as .h5"});
    }
    return fail(
        {.file = tree.file(), .message = "is no file of Keras': it has no attribute layer_names"});
  }
  weights.layers_ = std::move(*layers);
  Diagnostics problems;
  for (const std::string& layer : weights.layers_) {
    if (tree.list(weights.path(layer), kWeightNames)) continue;
    problems.add({.file = tree.file(),
                  .subject = "layer '" + layer + "'",
                  .message = "stands in layer_names, and has no group with weight_names"});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return weights;
}

std::string KerasWeights::path(const std::string& layer) const {
  return root_.empty() ? layer : root_ + "/" + layer;
}

bool KerasWeights::has_layer(const std::string& name) const {
  return std::find(layers_.begin(), layers_.end(), name) != layers_.end();
}

bool KerasWeights::layer_has_weights(const std::string& name) const {
  const auto names = tree_->list(path(name), kWeightNames);
  return names && !names->empty();
}

Result<Tensor> KerasWeights::read(const std::string& group, const std::string& layer,
                                  const std::vector<std::string>& names) const {
  const auto refuse = [&](std::string message) {
    return fail({.file = tree_->file(),
                 .subject = "layer '" + (group == layer ? layer : group + "/" + layer) + "'",
                 .message = std::move(message)});
  };
  const auto stored = tree_->list(path(group), kWeightNames);
  if (!stored) return refuse("has no weights in the file");

  // A layer's own group holds nothing else, whatever its scope was called; a model's holds all.
  std::vector<std::string> found;
  for (const std::string& candidate : *stored) {
    const WeightName parts = split(candidate);
    if (std::find(names.begin(), names.end(), parts.own) == names.end()) continue;
    if (group == layer || parts.layer == layer) found.push_back(candidate);
  }
  if (found.empty()) {
    return refuse(fmt::format("has no weight '{}' in the file", names.front()));
  }
  if (found.size() > 1) {
    return refuse(fmt::format("has {} weights '{}' in the file: '{}'", found.size(), names.front(),
                              fmt::join(found, "', '")));
  }
  const Hdf5Dataset* dataset = tree_->find_dataset(path(group) + "/" + found.front());
  if (dataset == nullptr) {
    return refuse("its weight '" + found.front() + "' is named and not stored");
  }
  if (!dataset->other_type.empty()) {
    return refuse("its weight '" + found.front() + "' has " + dataset->other_type +
                  "; expected float32");
  }
  if (const auto problem = find_non_finite(dataset->tensor)) {
    return refuse("its weight '" + found.front() + "': " + *problem + "; weights must be finite");
  }
  return dataset->tensor;
}

}  // namespace slimc::frontend
