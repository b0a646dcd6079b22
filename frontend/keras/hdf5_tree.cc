#include "frontend/keras/hdf5_tree.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "frontend/keras/hdf5/limits.h"
#include "frontend/keras/hdf5/tree.pb.h"

namespace slimc::frontend {
namespace {

// Only slimc-hdf5 writes these bytes; a file cannot make it write others.
Failure not_a_tree(const std::string& file, const std::string& what) {
  return fail(
      {.file = file, .message = "what slimc-hdf5 says of it cannot be understood: " + what});
}

std::string describe(const hdf5::Object& object) {
  return object.path().empty() ? "" : fmt::format("'{}'", object.path());
}

// The shape, or nothing if it does not fit the values.
std::optional<Shape> shape_of(const hdf5::Dataset& dataset) {
  if (dataset.shape_size() > hdf5::kMaxRank) return std::nullopt;
  for (const std::int64_t dim : dataset.shape()) {
    if (dim < 0) return std::nullopt;
  }
  Shape shape(std::vector<std::int64_t>(dataset.shape().begin(), dataset.shape().end()));
  if (shape.elements() != dataset.values_size()) return std::nullopt;
  return shape;
}

}  // namespace

Result<Hdf5Tree> Hdf5Tree::parse(std::string_view bytes, const std::string& file) {
  hdf5::Tree message;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return not_a_tree(file, fmt::format("{} bytes are no Tree", bytes.size()));
  }

  Diagnostics problems;
  Hdf5Tree tree;
  tree.file_ = file;
  for (const hdf5::Object& object : message.objects()) {
    if (!object.problem().empty()) {
      problems.add({.file = file, .subject = describe(object), .message = object.problem()});
      continue;
    }
    if (tree.groups_.count(object.path()) != 0 || tree.datasets_.count(object.path()) != 0) {
      return not_a_tree(file, "two objects are '" + object.path() + "'");
    }
    const std::size_t slash = object.path().rfind('/');
    if (slash != std::string::npos) {
      tree.members_[object.path().substr(0, slash)].push_back(object.path().substr(slash + 1));
    } else if (!object.path().empty()) {
      tree.members_[""].push_back(object.path());
    }
    if (!object.has_dataset()) {
      Attributes& attributes = tree.groups_[object.path()];
      for (const hdf5::Attribute& attribute : object.attributes()) {
        attributes[attribute.name()] = {attribute.values().begin(), attribute.values().end()};
      }
      continue;
    }
    Hdf5Dataset& dataset = tree.datasets_[object.path()];
    dataset.other_type = object.dataset().other_type();
    if (!dataset.other_type.empty()) continue;
    auto shape = shape_of(object.dataset());
    if (!shape)
      return not_a_tree(file, "the values of '" + object.path() + "' do not fit its shape");
    dataset.tensor = {std::move(*shape),
                      {object.dataset().values().begin(), object.dataset().values().end()}};
  }
  if (message.problems_left_out()) {
    problems.add({.file = file,
                  .message = fmt::format("has more problems than these {}", hdf5::kMaxProblems)});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return tree;
}

const Hdf5Dataset* Hdf5Tree::find_dataset(const std::string& path) const {
  const auto it = datasets_.find(path);
  return it == datasets_.end() ? nullptr : &it->second;
}

const std::vector<std::string>& Hdf5Tree::members(const std::string& path) const {
  static const std::vector<std::string> none;
  const auto it = members_.find(path);
  return it == members_.end() ? none : it->second;
}

std::optional<std::string> Hdf5Tree::text(const std::string& group,
                                          const std::string& attribute) const {
  const auto values = list(group, attribute);
  if (!values || values->size() != 1) return std::nullopt;
  return values->front();
}

std::optional<std::vector<std::string>> Hdf5Tree::list(const std::string& group,
                                                       const std::string& attribute) const {
  const auto it = groups_.find(group);
  if (it == groups_.end()) return std::nullopt;
  const Attributes& attributes = it->second;
  if (const auto whole = attributes.find(attribute); whole != attributes.end()) {
    return whole->second;
  }
  std::vector<std::string> values;
  int pieces = 0;
  for (;; ++pieces) {
    const auto piece = attributes.find(attribute + std::to_string(pieces));
    if (piece == attributes.end()) break;
    values.insert(values.end(), piece->second.begin(), piece->second.end());
  }
  if (pieces == 0) return std::nullopt;
  return values;
}

}  // namespace slimc::frontend
