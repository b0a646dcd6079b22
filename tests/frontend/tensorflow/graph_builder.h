// Makes small TensorFlow graphs for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tensorflow/proto/graph.pb.h"
#include "ir/graph.h"

namespace slimc::frontend::testing {

// Sets attributes of one node.
class NodeBuilder {
 public:
  explicit NodeBuilder(tensorflow::NodeDef& node) : node_(&node) {}

  NodeBuilder& type(const std::string& name, tensorflow::DataType value);
  NodeBuilder& text(const std::string& name, const std::string& value);
  NodeBuilder& number(const std::string& name, float value);
  NodeBuilder& integer(const std::string& name, std::int64_t value);
  NodeBuilder& flag(const std::string& name, bool value);
  NodeBuilder& list(const std::string& name, const std::vector<std::int64_t>& values);
  NodeBuilder& shape(const std::string& name, const std::vector<std::int64_t>& dims);

  tensorflow::AttrValue& attr(const std::string& name) { return (*node_->mutable_attr())[name]; }
  const std::string& name() const { return node_->name(); }

 private:
  tensorflow::NodeDef* node_;
};

class GraphBuilder {
 public:
  NodeBuilder node(const std::string& name, const std::string& op,
                   const std::vector<std::string>& inputs);
  NodeBuilder placeholder(const std::string& name, const std::vector<std::int64_t>& dims);
  NodeBuilder variable(const std::string& name, const std::vector<std::int64_t>& dims);
  // Constants; a scalar has no dims.
  NodeBuilder floats(const std::string& name, const std::vector<std::int64_t>& dims,
                     const std::vector<float>& values);
  NodeBuilder integers(const std::string& name, const std::vector<std::int64_t>& dims,
                       const std::vector<int>& values);
  NodeBuilder strings(const std::string& name, const std::vector<std::string>& values);
  // A convolution with strides of 1 and SAME padding.
  NodeBuilder conv2d(const std::string& name, const std::string& image, const std::string& weights);

  tensorflow::GraphDef def;
};

// Imports a graph without variables; the file is called "graph.pb".
Result<Graph> import(const tensorflow::GraphDef& def, const ModelRequest& request = {});

// The diagnostics of a failed import, one a line; "" if it did not fail.
std::string errors_of(const Result<Graph>& result);

}  // namespace slimc::frontend::testing
