#include "tests/fuzz/tiny_keras.h"

#include <archive.h>
#include <archive_entry.h>

#include <vector>

namespace slimc::fuzz {
namespace {

class Builder {
 public:
  explicit Builder(const std::string& config) {
    if (!config.empty()) {
      add_text(*object(""), "model_config", {config});
      root_ = "model_weights";
    }
    group_ = object(root_);
  }

  void layer(const std::string& name) {
    layers_.push_back(name);
    auto* group = object(path(name));
    names_ = group->add_attributes();
    names_->set_name("weight_names");
    layer_ = name;
  }

  void weight(const std::string& name, const std::vector<std::int64_t>& shape) {
    const std::string stored = layer_ + "/" + name + ":0";
    names_->add_values(stored);
    auto* dataset = object(path(layer_) + "/" + stored)->mutable_dataset();
    std::int64_t elements = 1;
    for (const std::int64_t dim : shape) {
      dataset->add_shape(dim);
      elements *= dim;
    }
    for (std::int64_t i = 0; i < elements; ++i) {
      dataset->add_values(0.25f * static_cast<float>(i % 5 + 1));
    }
  }

  void batch_norm(const std::string& name, std::int64_t channels) {
    layer(name);
    for (const char* part : {"gamma", "beta", "moving_mean", "moving_variance"}) {
      weight(part, {channels});
    }
  }

  hdf5::Tree finish() {
    add_text(*group_, "layer_names", layers_);
    return std::move(tree_);
  }

 private:
  hdf5::Object* object(const std::string& path) {
    // Elements stay where they are as the field grows.
    hdf5::Object* added = tree_.add_objects();
    added->set_path(path);
    return added;
  }
  std::string path(const std::string& name) const {
    return root_.empty() ? name : root_ + "/" + name;
  }
  static void add_text(hdf5::Object& object, const std::string& name,
                       const std::vector<std::string>& values) {
    auto* attribute = object.add_attributes();
    attribute->set_name(name);
    for (const std::string& value : values) attribute->add_values(value);
  }

  hdf5::Tree tree_;
  std::string root_;
  hdf5::Object* group_ = nullptr;
  hdf5::Attribute* names_ = nullptr;
  std::string layer_;
  std::vector<std::string> layers_;
};

}  // namespace

std::string tiny_keras_config() {
  // As Keras 2.1 writes it, without what a reader does not look at.
  return R"({"class_name": "Model", "config": {"name": "tiny", "layers": [
{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 8, 8, 3], "dtype": "float32", "name": "input_1"}, "name": "input_1", "inbound_nodes": []},
{"class_name": "ZeroPadding2D", "config": {"name": "pad", "padding": [[1, 1], [1, 1]], "data_format": "channels_last"}, "name": "pad", "inbound_nodes": [[["input_1", 0, 0, {}]]]},
{"class_name": "Conv2D", "config": {"name": "conv1", "filters": 2, "kernel_size": [3, 3], "strides": [2, 2], "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1], "activation": "linear", "use_bias": false}, "name": "conv1", "inbound_nodes": [[["pad", 0, 0, {}]]]},
{"class_name": "BatchNormalization", "config": {"name": "bn1", "axis": -1, "epsilon": 0.001, "center": true, "scale": true}, "name": "bn1", "inbound_nodes": [[["conv1", 0, 0, {}]]]},
{"class_name": "Activation", "config": {"name": "relu1", "activation": "relu6"}, "name": "relu1", "inbound_nodes": [[["bn1", 0, 0, {}]]]},
{"class_name": "DepthwiseConv2D", "config": {"name": "dw", "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "data_format": "channels_last", "depth_multiplier": 1, "use_bias": false}, "name": "dw", "inbound_nodes": [[["relu1", 0, 0, {}]]]},
{"class_name": "ReLU", "config": {"name": "relu2", "max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}, "name": "relu2", "inbound_nodes": [[["dw", 0, 0, {}]]]},
{"class_name": "GlobalAveragePooling2D", "config": {"name": "pool", "data_format": "channels_last"}, "name": "pool", "inbound_nodes": [[["relu2", 0, 0, {}]]]},
{"class_name": "Reshape", "config": {"name": "reshape_1", "target_shape": [1, 1, 2]}, "name": "reshape_1", "inbound_nodes": [[["pool", 0, 0, {}]]]},
{"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.001}, "name": "dropout", "inbound_nodes": [[["reshape_1", 0, 0, {}]]]},
{"class_name": "Conv2D", "config": {"name": "conv_preds", "filters": 3, "kernel_size": [1, 1], "strides": [1, 1], "padding": "same", "activation": "linear", "use_bias": true}, "name": "conv_preds", "inbound_nodes": [[["dropout", 0, 0, {}]]]},
{"class_name": "Activation", "config": {"name": "act_softmax", "activation": "softmax"}, "name": "act_softmax", "inbound_nodes": [[["conv_preds", 0, 0, {}]]]},
{"class_name": "Flatten", "config": {"name": "flat"}, "name": "flat", "inbound_nodes": [[["act_softmax", 0, 0, {}]]]},
{"class_name": "Dense", "config": {"name": "dense", "units": 2, "activation": "softmax", "use_bias": true}, "name": "dense", "inbound_nodes": [[["flat", 0, 0, {}]]]}],
"input_layers": [["input_1", 0, 0]], "output_layers": [["dense", 0, 0]]}})";
}

std::string tiny_keras_operations() {
  return R"({"class_name": "Functional", "config": {"name": "tiny", "layers": [
{"class_name": "InputLayer", "config": {"batch_shape": [null, 8, 8, 3], "dtype": "float32", "name": "in"}, "name": "in", "inbound_nodes": []},
{"class_name": "TrueDivide", "config": {"name": "div"}, "name": "div", "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["in", 0, 0]}}, 127.5], "kwargs": {}}]},
{"class_name": "TFOpLambda", "config": {"name": "sub", "function": "math.subtract"}, "name": "sub", "inbound_nodes": [["div", 0, 0, {"y": [1.0, 0.5, 2]}]]},
{"class_name": "Normalization", "config": {"name": "norm", "axis": [-1], "mean": [[1, 2, 3]], "variance": 4}, "name": "norm", "inbound_nodes": [[["sub", 0, 0, {}]]]},
{"class_name": "Sequential", "config": {"name": "inner", "layers": [{"class_name": "Conv2D", "config": {"name": "g", "filters": 6, "kernel_size": 1, "groups": 3, "use_bias": false, "activation": {"class_name": "function", "config": "hard_sigmoid"}}}, {"class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.1}}]}, "name": "inner", "inbound_nodes": [[["norm", 0, 0, {"training": false}]]]},
{"class_name": "Permute", "config": {"name": "p", "dims": [1, 2, 3]}, "name": "p", "inbound_nodes": [[["norm", 0, 0, {}]], [["p", 0, 0, {}]]]}],
"input_layers": ["in", 0, 0], "output_layers": {"a": ["p", 1, 0], "b": ["norm", 0, 0]}}})";
}

hdf5::Tree tiny_keras_tree(const std::string& config) {
  Builder builder(config);
  for (const char* name : {"input_1", "pad", "relu1", "relu2", "pool", "reshape_1", "dropout"}) {
    builder.layer(name);
  }
  builder.layer("conv1");
  builder.weight("kernel", {3, 3, 3, 2});
  builder.batch_norm("bn1", 2);
  builder.layer("dw");
  builder.weight("depthwise_kernel", {3, 3, 2, 1});
  builder.layer("conv_preds");
  builder.weight("kernel", {1, 1, 2, 3});
  builder.weight("bias", {3});
  builder.layer("dense");
  builder.weight("kernel", {3, 2});
  builder.weight("bias", {2});
  return builder.finish();
}

hdf5::Tree tiny_keras_state() {
  hdf5::Tree tree;
  tree.add_objects()->set_path("");
  tree.add_objects()->set_path("layers");
  const auto layer = [&](const std::string& group, const std::string& name,
                         const std::vector<std::vector<std::int64_t>>& shapes) {
    const std::string path = "layers/" + group;
    tree.add_objects()->set_path(path);
    auto* variables = tree.add_objects();
    variables->set_path(path + "/vars");
    auto* attribute = variables->add_attributes();
    attribute->set_name("name");
    attribute->add_values(name);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      auto* object = tree.add_objects();
      object->set_path(path + "/vars/" + std::to_string(i));
      std::int64_t elements = 1;
      for (const std::int64_t dim : shapes[i]) {
        object->mutable_dataset()->add_shape(dim);
        elements *= dim;
      }
      for (std::int64_t e = 0; e < elements; ++e) {
        object->mutable_dataset()->add_values(0.25f * static_cast<float>(e % 5 + 1));
      }
    }
  };
  layer("conv2d", "conv1", {{3, 3, 3, 2}});
  layer("batch_normalization", "bn1", {{2}, {2}, {2}, {2}});
  layer("depthwise_conv2d", "dw", {{3, 3, 2, 1}});
  layer("conv2d_1", "conv_preds", {{1, 1, 2, 3}, {3}});
  layer("dense", "dense", {{3, 2}, {2}});
  return tree;
}

std::string tiny_keras_archive(const std::string& config, const std::string& weights) {
  std::string bytes(config.size() + weights.size() + 4096, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_set_options(writer, "zip:compression=store");
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  const auto add = [&](const char* name, const std::string& content) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  };
  add("metadata.json", R"({"keras_version": "3.8.0", "date_saved": "2025-01-01@00:00:00"})");
  add("config.json", config);
  add("model.weights.h5", weights);
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

}  // namespace slimc::fuzz
