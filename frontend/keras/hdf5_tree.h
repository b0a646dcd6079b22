// A Keras file's groups, attributes and numbers in memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

struct Hdf5Dataset {
  Tensor tensor;
  // Where its elements are no floating-point numbers: what they are, and `tensor` is empty.
  std::string other_type;
};

class Hdf5Tree {
 public:
  // From what slimc-hdf5 writes (hdf5/tree.proto), in which every problem with the file stands.
  // `file` is for messages.
  static Result<Hdf5Tree> parse(std::string_view bytes, const std::string& file);

  const std::string& file() const { return file_; }

  // Paths as in "model_weights/conv1"; the root is "".
  bool has_group(const std::string& path) const { return groups_.count(path) != 0; }
  const Hdf5Dataset* find_dataset(const std::string& path) const;  // null where there is none

  // The names of the groups and datasets in a group.
  const std::vector<std::string>& members(const std::string& path) const;

  // A scalar attribute of a group.
  std::optional<std::string> text(const std::string& group, const std::string& attribute) const;

  // A list; Keras stores one of more than 64 kB in pieces, as NAME0, NAME1 and so on
  // (keras/saving/legacy/hdf5_format.py, load_attributes_from_hdf5_group).
  std::optional<std::vector<std::string>> list(const std::string& group,
                                               const std::string& attribute) const;

 private:
  using Attributes = std::unordered_map<std::string, std::vector<std::string>>;

  std::string file_;
  std::unordered_map<std::string, Attributes> groups_;
  std::unordered_map<std::string, Hdf5Dataset> datasets_;
  std::unordered_map<std::string, std::vector<std::string>> members_;
};

}  // namespace slimc::frontend
