// What a converter sees of the node that it converts, and what it can do with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/node_graph.h"
#include "frontend/tensorflow/variables.h"

namespace slimc::frontend {

// A float constant of no elements, as training graphs give for moving statistics.
struct EmptyTensor {
  Shape shape;
};

// What a node's first output has become: a float32 value of the IR, or integers (shapes, axes,
// paddings) that are known at import and never reach the IR.
using Imported = std::variant<Value, IntegerTensor, EmptyTensor>;

// The network's input, as the placeholder and the user together define it.
struct InputChoice {
  std::string node = {};
  Shape shape = {};
  // The placeholder's own batch where the user asked for another one; 0 otherwise.
  std::int64_t replaced_batch = 0;
};

// The import of one graph under way.
struct ImportState {
  const NodeGraph& nodes;
  const VariableBindings& bindings;
  const Checkpoint* checkpoint = nullptr;  // null: the graph has no variables that are needed
  InputChoice input;
  Graph graph;
  std::unordered_map<std::string, Imported> results;  // by node; failed nodes are missing
};

class NodeContext {
 public:
  NodeContext(ImportState& state, const tensorflow::NodeDef& node);

  const tensorflow::NodeDef& node() const { return node_; }
  ImportState& state() { return state_; }

  // Inputs. All that exist have been imported; asking for one that the node lacks is a failure.
  int input_count() const { return static_cast<int>(inputs_.size()); }
  Result<Imported> input(int index) const;
  Result<Value> tensor(int index) const;            // float32
  Result<IntegerTensor> integers(int index) const;  // known integers
  Result<std::int64_t> integer(int index) const;    // a single one
  bool is_integers(int index) const;
  const Shape& shape(Value value) const { return state_.graph.op(value).shape; }
  Result<void> expect_rank(Value value, int rank) const;

  // Attributes; the default where the node has none of the name.
  bool has(const std::string& attribute) const;
  std::string text(const std::string& attribute, const std::string& otherwise) const;
  float number(const std::string& attribute, float otherwise) const;
  bool flag(const std::string& attribute, bool otherwise) const;
  tensorflow::DataType type(const std::string& attribute, tensorflow::DataType otherwise) const;
  std::int64_t integer_attribute(const std::string& attribute, std::int64_t otherwise) const;
  std::vector<std::int64_t> list(const std::string& attribute) const;
  Result<void> expect_nhwc() const;
  Result<void> expect_float(const std::string& attribute) const;  // DT_FLOAT where it is there

  // Adds an op named after the node. A result whose inputs do not fit is a failure of the node.
  Result<Imported> emit(OpKind kind, std::vector<Value> inputs, Attributes attributes = {});

  // Adds a constant, `name` made unique. Elements must be finite.
  Result<Imported> constant(std::string name, Tensor tensor);

  Diagnostic about(std::string message) const {
    return state_.nodes.about(node_, std::move(message));
  }
  Failure fail(std::string message) const { return slimc::fail(about(std::move(message))); }

 private:
  const tensorflow::AttrValue* find(const std::string& attribute) const;

  ImportState& state_;
  const tensorflow::NodeDef& node_;
  std::vector<NodeReference> inputs_;
};

Shape shape_of(const Graph& graph, const Imported& imported);

}  // namespace slimc::frontend
