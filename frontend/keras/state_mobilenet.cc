#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "frontend/keras/state_weights.h"

namespace slimc::frontend {
namespace {

constexpr int kBlocks = 13;
constexpr std::size_t kMaxListed = 12;

// The layers of MobileNet() of keras/applications/mobilenet.py, 2.12 to 3.x, that have weights, in
// the model's order, by their classes.
std::map<std::string, std::vector<std::string>> layers_with_weights(bool top) {
  std::map<std::string, std::vector<std::string>> layers;
  layers["conv2d"] = {"conv1"};
  layers["batch_normalization"] = {"conv1_bn"};
  for (int block = 1; block <= kBlocks; ++block) {
    const std::string depthwise = fmt::format("conv_dw_{}", block);
    const std::string pointwise = fmt::format("conv_pw_{}", block);
    layers["depthwise_conv2d"].push_back(depthwise);
    layers["batch_normalization"].push_back(depthwise + "_bn");
    layers["conv2d"].push_back(pointwise);
    layers["batch_normalization"].push_back(pointwise + "_bn");
  }
  if (top) layers["conv2d"].push_back("conv_preds");
  return layers;
}

// Its layers without weights: how many of a class there are.
struct Weightless {
  const char* class_name;
  std::size_t least, most;
};
constexpr Weightless kWeightless[] = {{"input_layer", 0, 1},
                                      {"re_lu", 27, 27},
                                      {"zero_padding2d", 4, 4},
                                      {"dropout", 0, 1},
                                      {"reshape", 0, 1},
                                      {"activation", 0, 1},
                                      {"global_average_pooling2d", 0, 1},
                                      {"global_max_pooling2d", 0, 1}};

constexpr const char* kPads[] = {"conv_pad_2", "conv_pad_4", "conv_pad_6", "conv_pad_12"};

std::string class_of(const std::string& group) {
  const std::size_t end = group.find_last_not_of("0123456789");
  if (end == std::string::npos || end + 1 == group.size() || group[end] != '_') return group;
  return group.substr(0, end);
}

std::size_t number_of(const std::string& group) {
  const std::string name = class_of(group);
  if (name == group) return 0;
  const std::string digits = group.substr(name.size() + 1);
  return digits.size() > 6 ? std::size_t{1} << 30 : std::stoul(digits);
}

}  // namespace

Result<StateMobileNet> StateMobileNet::open(const Hdf5Tree& tree) {
  StateMobileNet weights(tree);
  const std::string container =
      tree.has_group("layers") ? "layers" : "_layer_checkpoint_dependencies";
  std::map<std::string, std::vector<std::string>> found;
  for (const std::string& group : tree.members(container)) {
    found[class_of(group)].push_back(group);
  }
  for (auto& [name, groups] : found) {
    std::sort(groups.begin(), groups.end(), [](const std::string& a, const std::string& b) {
      return number_of(a) < number_of(b);
    });
  }
  std::vector<std::string> wrong;
  const auto count = [&](const std::string& name) { return found[name].size(); };
  const bool top = count("conv2d") == 2 + kBlocks;
  const auto expected = layers_with_weights(top);
  for (const auto& [name, layers] : expected) {
    if (count(name) != layers.size()) {
      wrong.push_back(fmt::format("{} of class '{}', expected {}", count(name), name,
                                  name == "conv2d" ? "14 or 15" : std::to_string(layers.size())));
    }
  }
  for (const Weightless& layer : kWeightless) {
    const std::size_t n = count(layer.class_name);
    if (n < layer.least || n > layer.most) {
      wrong.push_back(
          fmt::format("{} of class '{}', expected {}", n, layer.class_name, layer.most));
    }
  }
  for (const auto& [name, groups] : found) {
    const bool known =
        expected.count(name) != 0 ||
        std::any_of(std::begin(kWeightless), std::end(kWeightless),
                    [&, &n = name](const Weightless& l) { return n == l.class_name; });
    if (!known) wrong.push_back(fmt::format("{} of class '{}'", groups.size(), name));
  }
  if (!wrong.empty()) {
    if (wrong.size() > kMaxListed) wrong.resize(kMaxListed);
    return fail({.file = tree.file(),
                 .message = fmt::format(
                     "holds weights alone, which do not say how its layers are connected; slimc "
                     "reads those of MobileNet of keras.applications, and this has other layers: "
                     "{}; save the whole model (model.save(\"net.keras\"))",
                     fmt::join(wrong, ", "))});
  }

  const auto add = [&](const std::string& layer, const std::string& group) -> Result<void> {
    const std::string path = container + "/" + group;
    const auto name = tree.text(path + "/vars", "name");
    if (!name) weights.named_ = false;
    if (name && *name != layer) {
      return fail({.file = tree.file(),
                   .message = fmt::format("holds weights alone, and its group '{}' is of layer "
                                          "'{}', where MobileNet of keras.applications has '{}'; "
                                          "save the whole model (model.save(\"net.keras\"))",
                                          path, *name, layer)});
    }
    weights.layers_.push_back(layer);
    weights.groups_[layer] = path;
    return {};
  };
  for (const auto& [name, layers] : expected) {
    for (std::size_t i = 0; i < layers.size(); ++i) SLIMC_TRY(add(layers[i], found[name][i]));
  }
  for (std::size_t i = 0; i < std::size(kPads); ++i) {
    SLIMC_TRY(add(kPads[i], found["zero_padding2d"][i]));
  }
  for (const char* pooling : {"global_average_pooling2d", "global_max_pooling2d"}) {
    if (count(pooling) != 0) weights.layers_.push_back(pooling);
    if (count(pooling) != 0) weights.groups_[pooling] = container + "/" + found[pooling].front();
  }
  return weights;
}

bool StateMobileNet::layer_has_weights(const std::string& name) const {
  const auto it = groups_.find(name);
  return it != groups_.end() && !tree_->members(it->second + "/vars").empty();
}

Result<Tensor> StateMobileNet::read(const std::string& layer,
                                    const std::vector<std::string>& names) const {
  const auto refuse = [&](std::string message) {
    return fail(
        {.file = tree_->file(), .subject = "layer '" + layer + "'", .message = std::move(message)});
  };
  const auto it = groups_.find(layer);
  if (it == groups_.end()) return refuse("has no weights in the file");
  // Their order is that in which Keras creates them; MobileNet's layers leave out biases.
  static const std::map<std::string, std::size_t> order = {
      {"kernel", 0}, {"depthwise_kernel", 0}, {"bias", 1},           {"gamma", 0},
      {"beta", 1},   {"moving_mean", 2},      {"moving_variance", 3}};
  const bool normalisation = layer.size() > 3 && layer.substr(layer.size() - 3) == "_bn";
  const std::size_t expected = normalisation ? 4 : layer == "conv_preds" ? 2 : 1;
  const std::string variables = it->second + "/vars";
  if (const std::size_t stored = tree_->members(variables).size(); stored != expected) {
    return refuse(
        fmt::format("has {} variables in '{}', expected {}", stored, variables, expected));
  }
  const auto index = order.find(names.front());
  const std::string path =
      fmt::format("{}/{}", variables, index == order.end() ? 0 : index->second);
  const Hdf5Dataset* dataset = tree_->find_dataset(path);
  if (dataset == nullptr) return refuse("has no weight '" + path + "' in the file");
  return checked_weight(*dataset, tree_->file(), layer, path);
}

}  // namespace slimc::frontend
