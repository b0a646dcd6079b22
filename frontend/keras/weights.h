// Where a Keras file keeps its weights.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/keras/hdf5_tree.h"
#include "frontend/keras/model_config.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// What an imported model asks its file for.
class WeightSource {
 public:
  virtual ~WeightSource() = default;

  // A weight of a layer. `names` are what it is called in different versions ("kernel"). Its
  // elements are finite.
  virtual Result<Tensor> read(const KerasLayer& layer,
                              const std::vector<std::string>& names) const = 0;
};

// What a file of weights alone is asked for; layers have no models around them.
class NamedWeights {
 public:
  virtual ~NamedWeights() = default;

  // All layers, in the model's order; those without weights too.
  virtual const std::vector<std::string>& layers() const = 0;
  virtual bool has_layer(const std::string& name) const = 0;
  virtual bool layer_has_weights(const std::string& name) const = 0;
  virtual Result<Tensor> read(const std::string& layer,
                              const std::vector<std::string>& names) const = 0;
};

// The tensor, if it can be a weight: floats, finite. `name` is for messages.
Result<Tensor> checked_weight(const Hdf5Dataset& dataset, const std::string& file,
                              const std::string& layer, const std::string& name);

// The layers of a file: one group each, whose attribute weight_names says which datasets it has, in
// "model_weights" of a whole model and in the root of a file of weights alone. The tree outlives
// it.
class KerasWeights : public WeightSource, public NamedWeights {
 public:
  static Result<KerasWeights> open(const Hdf5Tree& tree);

  const std::vector<std::string>& layers() const override { return layers_; }
  bool has_layer(const std::string& name) const override;
  bool layer_has_weights(const std::string& name) const override;
  Result<Tensor> read(const KerasLayer& layer,
                      const std::vector<std::string>& names) const override;
  Result<Tensor> read(const std::string& layer,
                      const std::vector<std::string>& names) const override;

 private:
  explicit KerasWeights(const Hdf5Tree& tree) : tree_(&tree) {}

  std::string path(const std::string& layer) const;
  // `inner` are the layer's own name and those of the models between it and the group, the
  // outermost first; empty for a layer that is a group itself.
  Result<Tensor> read(const std::string& group, const std::vector<std::string>& inner,
                      const std::vector<std::string>& names) const;

  // The weights of one group, as weight_names lists them, under every end of their names that
  // begins behind a '/': "gamma", "conv1_bn/gamma". Looked up, not searched: files say how many
  // layers ask and how many names there are.
  using Group = std::unordered_map<std::string, std::vector<std::string>>;

  const Hdf5Tree* tree_;
  std::string root_;
  std::vector<std::string> layers_;
  std::unordered_map<std::string, Group> groups_;  // by layer
};

}  // namespace slimc::frontend
