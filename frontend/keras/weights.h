// Where a Keras file keeps its weights.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/keras/hdf5_tree.h"

namespace slimc::frontend {

// The layers of a file: one group each, whose attribute weight_names says which datasets it has, in
// "model_weights" of a whole model and in the root of a file of weights alone. The tree outlives
// it.
class KerasWeights {
 public:
  static Result<KerasWeights> open(const Hdf5Tree& tree);

  // All layers, in the model's order; those without weights too.
  const std::vector<std::string>& layers() const { return layers_; }
  bool has_layer(const std::string& name) const;
  bool layer_has_weights(const std::string& name) const;

  // A weight of `layer`, whose group is that of the outermost model's layer that holds it: the
  // layer itself, or a whole model. `names` are what the weight is called in different versions
  // ("kernel"). Its elements are finite.
  Result<Tensor> read(const std::string& group, const std::string& layer,
                      const std::vector<std::string>& names) const;

 private:
  explicit KerasWeights(const Hdf5Tree& tree) : tree_(&tree) {}

  std::string path(const std::string& layer) const;

  // The weights of one group, as weight_names lists them. Looked up, not searched: files say how
  // many layers ask and how many names there are.
  struct Group {
    std::unordered_map<std::string, std::vector<std::string>> by_own_name;  // "gamma"
    std::unordered_map<std::string, std::vector<std::string>> by_layer;     // "conv1_bn/gamma"
  };

  const Hdf5Tree* tree_;
  std::string root_;
  std::vector<std::string> layers_;
  std::unordered_map<std::string, Group> groups_;  // by layer
};

}  // namespace slimc::frontend
