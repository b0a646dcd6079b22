#include "frontend/keras/weights.h"

#include <fmt/format.h>

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
    const auto names = tree.list(weights.path(layer), kWeightNames);
    if (!names) {
      problems.add({.file = tree.file(),
                    .subject = "layer '" + layer + "'",
                    .message = "stands in layer_names, and has no group with weight_names"});
      continue;
    }
    const auto [it, is_new] = weights.groups_.try_emplace(layer);
    if (!is_new) continue;  // listed twice
    for (const std::string& name : *names) {
      const WeightName parts = split(name);
      it->second.by_own_name[std::string(parts.own)].push_back(name);
      it->second.by_layer[fmt::format("{}/{}", parts.layer, parts.own)].push_back(name);
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return weights;
}

std::string KerasWeights::path(const std::string& layer) const {
  return root_.empty() ? layer : root_ + "/" + layer;
}

bool KerasWeights::has_layer(const std::string& name) const { return groups_.count(name) != 0; }

bool KerasWeights::layer_has_weights(const std::string& name) const {
  const auto it = groups_.find(name);
  return it != groups_.end() && !it->second.by_own_name.empty();
}

Result<Tensor> KerasWeights::read(const std::string& group, const std::string& layer,
                                  const std::vector<std::string>& names) const {
  const auto refuse = [&](std::string message) {
    return fail({.file = tree_->file(),
                 .subject = "layer '" + (group == layer ? layer : group + "/" + layer) + "'",
                 .message = std::move(message)});
  };
  const auto stored = groups_.find(group);
  if (stored == groups_.end()) return refuse("has no weights in the file");

  // A layer's own group holds nothing else, whatever its scope was called; a model's holds all.
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const auto& index = group == layer ? stored->second.by_own_name : stored->second.by_layer;
    const auto it = index.find(group == layer ? name : layer + "/" + name);
    if (it != index.end()) found.insert(found.end(), it->second.begin(), it->second.end());
  }
  if (found.empty()) {
    return refuse(fmt::format("has no weight '{}' in the file", names.front()));
  }
  if (found.size() > 1) {
    return refuse(fmt::format("has {} weights '{}' in the file: '{}' and '{}'", found.size(),
                              names.front(), found[0], found[1]));
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
