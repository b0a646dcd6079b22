#include "frontend/keras/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string_view>
#include <utility>

#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

constexpr const char* kWholeModel = "model_weights";
constexpr const char* kLayerNames = "layer_names";
constexpr const char* kWeightNames = "weight_names";

// The ends of a name that are kept: layers' names may have '/' in them, and models are in models.
constexpr int kMaxEnds = 32;

// "mobilenet/conv1_bn/gamma:0" without the ":0", which Keras 3 does not write.
std::string_view without_number(std::string_view name) { return name.substr(0, name.rfind(':')); }

void add_ends(std::string_view whole, const std::string& name,
              std::unordered_map<std::string, std::vector<std::string>>& ends) {
  std::size_t slash = whole.size();
  for (int i = 0; i < kMaxEnds && slash != std::string_view::npos; ++i) {
    slash = slash == 0 ? std::string_view::npos : whole.rfind('/', slash - 1);
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    ends[std::string(whole.substr(begin))].push_back(name);
  }
}

std::string joined(const std::vector<std::string>& parts, std::size_t from) {
  return fmt::format(
      "{}", fmt::join(parts.begin() + static_cast<std::ptrdiff_t>(from), parts.end(), "/"));
}

}  // namespace

Result<Tensor> checked_weight(const Hdf5Dataset& dataset, const std::string& file,
                              const std::string& layer, const std::string& name) {
  const auto refuse = [&](const std::string& message) {
    return fail({.file = file,
                 .subject = "layer '" + layer + "'",
                 .message = "its weight '" + name + "'" + message});
  };
  if (!dataset.other_type.empty()) {
    return refuse(" has " + dataset.other_type + "; expected float32");
  }
  if (const auto problem = find_non_finite(dataset.tensor)) {
    return refuse(": " + *problem + "; weights must be finite");
  }
  return dataset.tensor;
}

Result<KerasWeights> KerasWeights::open(const Hdf5Tree& tree) {
  KerasWeights weights(tree);
  if (tree.has_group(kWholeModel)) weights.root_ = kWholeModel;
  auto layers = tree.list(weights.root_, kLayerNames);
  if (!layers) {
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
      add_ends(without_number(name), name, it->second);
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
  return it != groups_.end() && !it->second.empty();
}

Result<Tensor> KerasWeights::read(const KerasLayer& layer,
                                  const std::vector<std::string>& names) const {
  std::vector<std::string> inner;
  for (std::size_t i = 1; i < layer.places.size(); ++i) inner.push_back(layer.places[i].name);
  return read(layer.group, inner, names);
}

Result<Tensor> KerasWeights::read(const std::string& layer,
                                  const std::vector<std::string>& names) const {
  return read(layer, {}, names);
}

Result<Tensor> KerasWeights::read(const std::string& group, const std::vector<std::string>& inner,
                                  const std::vector<std::string>& names) const {
  const std::string layer = inner.empty() ? group : group + "/" + joined(inner, 0);
  const auto refuse = [&](std::string message) {
    return fail(
        {.file = tree_->file(), .subject = "layer '" + layer + "'", .message = std::move(message)});
  };
  const auto stored = groups_.find(group);
  if (stored == groups_.end()) return refuse("has no weights in the file");

  // A layer's own group holds nothing else, whatever its scope was called; a model's holds all, and
  // versions differ in how many of the models' names stand in front of the layer's.
  std::vector<std::string> scopes = {""};
  if (!inner.empty()) {
    scopes = {group + "/" + joined(inner, 0) + "/"};
    for (std::size_t i = 0; i < inner.size(); ++i) scopes.push_back(joined(inner, i) + "/");
  }
  std::vector<std::string> found;
  for (const std::string& scope : scopes) {
    for (const std::string& name : names) {
      const auto it = stored->second.find(scope + name);
      if (it != stored->second.end()) {
        found.insert(found.end(), it->second.begin(), it->second.end());
      }
    }
    if (!found.empty()) break;
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
  return checked_weight(*dataset, tree_->file(), layer, found.front());
}

}  // namespace slimc::frontend
