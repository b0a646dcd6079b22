// A Keras file in memory, without HDF5: what slimc-hdf5 would say of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/keras/hdf5/tree.pb.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::testing {

using Json = nlohmann::json;

// A Sequential: its layers are given one by one, with their weights.
class SequentialFile {
 public:
  explicit SequentialFile(Json input_shape = {nullptr, 4, 4, 2});

  // `config` lacks the name; weights are named "kernel" and so on.
  SequentialFile& layer(const std::string& name, const std::string& class_name,
                        Json config = Json::object(),
                        const std::vector<std::pair<std::string, Tensor>>& weights = {});
  // A tensor 1, 2, 3, ... of a shape.
  static Tensor counting(Shape shape);

  // What reading it gives: the graph, or the problems, a line each, with the file's name "f.h5".
  Result<Graph> load(const ModelRequest& request = {}) const;
  Result<Graph> load(const ModelRequest& request, Reporter& reporter) const;
  std::string errors(const ModelRequest& request = {}) const;

  // Another model_config in place of the layers'.
  void set_config(std::string text) { config_text_ = std::move(text); }
  Json config() const;

  // What the file says of Keras' version; nothing where it is empty.
  std::string keras_version;

  Json layers = Json::array();  // for changes that layer() does not make

 private:
  struct Weight {
    std::string layer;
    std::string name;
    Tensor tensor;
  };
  std::string config_text_;
  std::vector<std::string> names_;
  std::vector<Weight> weights_;
};

}  // namespace slimc::frontend::testing
