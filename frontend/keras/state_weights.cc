#include "frontend/keras/state_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "frontend/keras/layer_variables.h"

namespace slimc::frontend {
namespace {

constexpr const char* kLayers = "layers";
constexpr const char* kDependencies = "_layer_checkpoint_dependencies";
constexpr const char* kVariables = "vars";

std::string join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "/" + name;
}

// "conv2d_3" of the class "conv2d" is number 3, "conv2d" is number 0.
std::optional<std::size_t> number_of(std::string_view group, std::string_view class_name) {
  if (group == class_name) return 0;
  if (group.size() < class_name.size() + 2 || group.substr(0, class_name.size()) != class_name ||
      group[class_name.size()] != '_' || group[class_name.size() + 1] == '0') {
    return std::nullopt;
  }
  const std::string_view digits = group.substr(class_name.size() + 1);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// The numbers of a class that a model's group has, in order.
std::vector<std::size_t> numbers_in(const Hdf5Tree& tree, const std::string& container,
                                    const std::string& class_name) {
  std::vector<std::size_t> numbers;
  for (const std::string& group : tree.members(container)) {
    if (const auto number = number_of(group, class_name)) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string with_number(const std::string& class_name, std::size_t number) {
  return number == 0 ? class_name : fmt::format("{}_{}", class_name, number);
}

}  // namespace

bool has_state_layout(const Hdf5Tree& tree) {
  return tree.has_group(kLayers) || tree.has_group(kDependencies);
}

Result<std::string> StateWeights::find(const std::string& model, const KerasPlace& place) const {
  const auto refuse = [&](std::string message) {
    return fail({.file = tree_->file(),
                 .subject = "layer '" + place.name + "'",
                 .message = std::move(message)});
  };
  const bool old =
      !tree_->has_group(join(model, kLayers)) || (tree_->has_group(join(model, kDependencies)));
  const std::string container = join(model, old ? kDependencies : kLayers);
  if (!tree_->has_group(container)) {
    return refuse("has no weights in the file: there is no group '" + container + "'");
  }
  const std::vector<std::size_t> numbers = numbers_in(*tree_, container, place.class_name);
  std::size_t number = place.number;
  if (old) {
    // 2.12 and 2.13 count layers with weights twice, as they are there under two keys; 2.14 once.
    // Each layer has a group, so that their order tells which one it is.
    if (numbers.size() != place.of) {
      return refuse(
          fmt::format("is number {} of {} layers of class '{}' in the model, and the "
                      "file has {} groups of that class in '{}'; which one is its cannot "
                      "be told",
                      place.number + 1, place.of, place.class_name, numbers.size(), container));
    }
    number = numbers[place.number];
  } else if (!numbers.empty() && numbers.back() >= place.of) {
    return refuse(fmt::format(
        "is one of {} layers of class '{}' in the model, and the file has "
        "'{}/{}'; which group is its cannot be told",
        place.of, place.class_name, container, with_number(place.class_name, numbers.back())));
  }
  std::string group = join(container, with_number(place.class_name, number));
  if (!tree_->has_group(group)) {
    return refuse("has no weights in the file: there is no group '" + group + "'");
  }
  if (const auto name = tree_->text(join(group, kVariables), "name"); name && *name != place.name) {
    return refuse(
        fmt::format("should have its weights in '{}', which says that it is of layer "
                    "'{}'",
                    group, *name));
  }
  return group;
}

Result<Tensor> StateWeights::read(const KerasLayer& layer,
                                  const std::vector<std::string>& names) const {
  std::string group;
  for (const KerasPlace& place : layer.places) {
    SLIMC_ASSIGN(group, find(group, place));
  }
  const auto refuse = [&](std::string message) {
    return fail({.file = tree_->file(),
                 .subject = "layer '" + layer.path + "'",
                 .message = std::move(message)});
  };
  const std::string variables = join(group, kVariables);
  const auto expected = variables_of(layer);
  const std::size_t stored = tree_->members(variables).size();
  if (stored != expected.size()) {
    return refuse(
        fmt::format("has {} variables in the file, '{}', and {} by its config; a "
                    "quantised layer has more",
                    stored, variables, expected.size()));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool is_it = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(expected[i].begin(), expected[i].end(), name) != expected[i].end();
    });
    if (!is_it) continue;
    const std::string path = join(variables, std::to_string(i));
    const Hdf5Dataset* dataset = tree_->find_dataset(path);
    if (dataset == nullptr) return refuse("has no weight '" + path + "' in the file");
    return checked_weight(*dataset, tree_->file(), layer.path, path);
  }
  return refuse(fmt::format("has no weight '{}' in the file", names.front()));
}

}  // namespace slimc::frontend
