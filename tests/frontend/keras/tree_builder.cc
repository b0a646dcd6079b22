#include "tests/frontend/keras/tree_builder.h"

#include <numeric>

#include "frontend/keras/hdf5_tree.h"
#include "frontend/keras/load_keras.h"

namespace slimc::frontend::testing {
namespace {

hdf5::Object* add_group(hdf5::Tree& tree, const std::string& path) {
  hdf5::Object* object = tree.add_objects();
  object->set_path(path);
  return object;
}

void add_names(hdf5::Object& group, const std::string& name,
               const std::vector<std::string>& values) {
  hdf5::Attribute* attribute = group.add_attributes();
  attribute->set_name(name);
  for (const std::string& value : values) attribute->add_values(value);
}

}  // namespace

SequentialFile::SequentialFile(Json input_shape) {
  layer("input", "InputLayer", {{"batch_input_shape", std::move(input_shape)}});
}

SequentialFile& SequentialFile::layer(const std::string& name, const std::string& class_name,
                                      Json config,
                                      const std::vector<std::pair<std::string, Tensor>>& weights) {
  config["name"] = name;
  layers.push_back({{"class_name", class_name}, {"config", std::move(config)}});
  names_.push_back(name);
  for (const auto& [weight, tensor] : weights) weights_.push_back({name, weight, tensor});
  return *this;
}

Tensor SequentialFile::counting(Shape shape) {
  std::vector<float> data(static_cast<std::size_t>(shape.elements()));
  std::iota(data.begin(), data.end(), 1.0f);
  return {std::move(shape), std::move(data)};
}

Json SequentialFile::config() const {
  return {{"class_name", "Sequential"}, {"config", {{"name", "s"}, {"layers", layers}}}};
}

Result<Graph> SequentialFile::load(const ModelRequest& request) const {
  SilentReporter reporter;
  return load(request, reporter);
}

Result<Graph> SequentialFile::load(const ModelRequest& request, Reporter& reporter) const {
  hdf5::Tree tree;
  hdf5::Object* root = add_group(tree, "");
  add_names(*root, "model_config", {config_text_.empty() ? config().dump() : config_text_});
  if (!keras_version.empty()) add_names(*root, "keras_version", {keras_version});
  add_names(*add_group(tree, "model_weights"), "layer_names", names_);
  for (const std::string& name : names_) {
    std::vector<std::string> weight_names;
    for (const Weight& weight : weights_) {
      if (weight.layer != name) continue;
      weight_names.push_back(name + "/" + weight.name + ":0");
      hdf5::Object* object = add_group(tree, "model_weights/" + name + "/" + weight_names.back());
      for (const std::int64_t dim : weight.tensor.shape.dims()) {
        object->mutable_dataset()->add_shape(dim);
      }
      object->mutable_dataset()->mutable_values()->Assign(weight.tensor.data.begin(),
                                                          weight.tensor.data.end());
    }
    add_names(*add_group(tree, "model_weights/" + name), "weight_names", weight_names);
  }
  SLIMC_ASSIGN(const Hdf5Tree parsed, Hdf5Tree::parse(tree.SerializeAsString(), "f.h5"));
  return import_keras(parsed, request, reporter);
}

std::string SequentialFile::errors(const ModelRequest& request) const {
  const Result<Graph> graph = load(request);
  return graph ? "" : graph.error().to_string();
}

}  // namespace slimc::frontend::testing
