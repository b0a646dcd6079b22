// Weights as Keras' saving_lib stores them, in model.weights.h5 of a .keras file and in .weights.h5
// (keras/saving/saving_lib.py of 2.12 to 2.15, tf_keras and keras 3).
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/keras/hdf5_tree.h"
#include "frontend/keras/weights.h"

namespace slimc::frontend {

// Whether the tree has that layout.
bool has_state_layout(const Hdf5Tree& tree);

// A model's layers are groups in its group "layers", or, up to 2.14,
// "_layer_checkpoint_dependencies". They are called after their classes, with numbers behind them,
// in the order in which the model's config lists them, and hold their variables as vars/0, vars/1
// and so on. From 3.6 on `vars` has an attribute with the layer's name. The tree outlives it.
class StateWeights : public WeightSource {
 public:
  explicit StateWeights(const Hdf5Tree& tree) : tree_(&tree) {}

  Result<Tensor> read(const KerasLayer& layer,
                      const std::vector<std::string>& names) const override;

 private:
  Result<std::string> find(const std::string& model, const KerasPlace& place) const;

  const Hdf5Tree* tree_;
};

// A .weights.h5 alone as a MobileNet of keras.applications, whose layers its groups are taken for
// in their order; they must be all that there is, and carry its layers' names where they have any.
class StateMobileNet : public NamedWeights {
 public:
  static Result<StateMobileNet> open(const Hdf5Tree& tree);

  const std::vector<std::string>& layers() const override { return layers_; }
  bool has_layer(const std::string& name) const override { return groups_.count(name) != 0; }
  bool layer_has_weights(const std::string& name) const override;
  Result<Tensor> read(const std::string& layer,
                      const std::vector<std::string>& names) const override;

  // Whether the file names all its layers, as 3.6 and later do.
  bool named() const { return named_; }

 private:
  explicit StateMobileNet(const Hdf5Tree& tree) : tree_(&tree) {}

  const Hdf5Tree* tree_;
  std::vector<std::string> layers_;
  std::unordered_map<std::string, std::string> groups_;  // path of a layer's group
  bool named_ = true;
};

}  // namespace slimc::frontend
