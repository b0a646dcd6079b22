// What a converter sees of the node that it converts, and what it can do with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/node_graph.h"
#include "frontend/tensorflow/variables.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// A float constant of no elements, as training graphs give for moving statistics.
struct EmptyTensor {
  Shape shape;
};

// An image that SpaceToBatchND has padded and split into block_h * block_w images, each with every
// so-many-th pixel; and the convolution that went over all of them, if it did. BatchToSpaceND
// puts the result together: this is how TensorFlow 1 writes a dilated convolution.
struct Phases {
  Value image;
  std::int64_t block_h = 1, block_w = 1;
  Padding padding = {};
  std::optional<OpKind> convolution = {};
  Value weights = {};
};

// A constant of a quantised type, or of more 8-bit integers than shapes have: weights for
// Dequantize, or for Cast.
struct PackedTensor {
  const tensorflow::TensorProto* proto;
  Shape shape;
};

// What a node's first output has become: a float32 value of the IR, or something that is known at
// import and never reaches the IR: integers (shapes, axes, paddings), or one of the above.
using Imported = std::variant<Value, IntegerTensor, EmptyTensor, Phases, PackedTensor>;

// The network's input, as the graph and the user together define it.
struct InputChoice {
  std::string node = {};
  int output = 0;  // which one of the node's
  Shape shape = {};
  // The graph's own batch where another one takes its place; 0 otherwise.
  std::int64_t replaced_batch = 0;
  // Why it is no placeholder; empty where it is one.
  std::string remark = {};
  // Of an integer type: the bytes of the photograph, which the graph casts to floats.
  bool is_raw = false;
};

// The import of one graph under way.
struct ImportState {
  const NodeGraph& nodes;
  const VariableBindings& bindings;
  const Checkpoint* checkpoint = nullptr;  // null: the graph has no variables that are needed
  InputChoice input;
  Graph graph;
  std::unordered_map<std::string, Imported> results;  // by node; failed nodes are missing
  // Elements of constants so far for which the file has no bytes: a value that is to be repeated.
  std::int64_t repeated_elements = 0;
  // Constants whose numbers were unpacked once; more than once is repeating them.
  std::unordered_set<const tensorflow::TensorProto*> unpacked = {};
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
  std::vector<std::string> texts(const std::string& attribute) const;  // a list of them
  Result<void> expect_nhwc() const;
  Result<void> expect_float(const std::string& attribute) const;  // DT_FLOAT where it is there

  // Adds an op named after the node. A result whose inputs do not fit is a failure of the node.
  Result<Imported> emit(OpKind kind, std::vector<Value> inputs, Attributes attributes = {});

  // Adds an op in front of the node's own, "NODE/suffix".
  Result<Value> step(const std::string& suffix, OpKind kind, std::vector<Value> inputs,
                     Attributes attributes = {});

  // A constant of one number, "NODE/suffix".
  Result<Value> number_constant(const std::string& suffix, float number);

  // Says that the file asks for this many elements that it has no bytes for; fails once a graph
  // asks for more of them than an honest one does.
  Result<void> repeat(std::int64_t elements);

  // The numbers of a constant that was left as it is.
  Result<IntegerTensor> unpack(const PackedTensor& packed);

  // Adds a constant, `name` made unique. Elements must be finite.
  Result<Imported> constant(std::string name, Tensor tensor);

  Diagnostic about(std::string message) const {
    return state_.nodes.about(node_, std::move(message));
  }
  Failure fail(std::string message) const { return slimc::fail(about(std::move(message))); }

 private:
  const tensorflow::AttrValue* find(const std::string& attribute) const;
  std::string free_name(std::string name) const;
  Result<Value> add(std::string name, OpKind kind, std::vector<Value> inputs,
                    Attributes attributes);

  ImportState& state_;
  const tensorflow::NodeDef& node_;
  std::vector<NodeReference> inputs_;
};

Shape shape_of(const Graph& graph, const Imported& imported);

}  // namespace slimc::frontend
