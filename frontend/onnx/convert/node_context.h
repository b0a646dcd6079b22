// What a converter sees of the node that it converts, and what it can do with it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "frontend/onnx/endpoints.h"
#include "frontend/onnx/model.h"
#include "frontend/onnx/tensor_data.h"
#include "frontend/onnx/view.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// A value of the file: computed by the network, or known at import.
using Imported = std::variant<View, FloatTensor, IntegerTensor>;

struct ImportState {
  ImportState(const Model& m, InputChoice i, Reporter& r)
      : model(m), reader(m, r), reporter(r), input(std::move(i)) {}

  void add_input();
  // A name for an op that no other op has.
  std::string claim(std::string name);

  const Model& model;
  TensorReader reader;
  Reporter& reporter;
  InputChoice input;
  Graph graph;
  std::unordered_map<std::string, Imported> values;
  std::unordered_map<std::string, Value> constants;  // by name and how they are laid out
  std::unordered_set<std::string> names;             // of ops
};

class NodeContext;
using Converter = Result<Imported> (*)(NodeContext&);

class NodeContext {
 public:
  NodeContext(ImportState& state, const schema::NodeProto& node);

  const schema::NodeProto& node() const { return node_; }
  std::int64_t opset() const { return state_.model.opset(); }
  const InputChoice& network_input() const { return state_.input; }
  ImportState& state() { return state_; }

  // Inputs. Asking for one that the node lacks is a failure.
  int input_count() const { return node_.input_size(); }
  bool has_input(int index) const;
  std::string input_name(int index) const { return printable(node_.input(index)); }
  Result<Imported> input(int index);
  bool is_computed(int index);  // by the network, from the image
  // A constant becomes an op of the graph.
  Result<View> view(int index);
  // [n,c,h,w] of which the IR has [n,h,w,c].
  Result<View> image(int index);
  Result<FloatTensor> floats(int index);
  Result<float> scalar(int index);
  Result<IntegerTensor> integers(int index);
  Result<std::vector<std::int64_t>> integer_list(int index);
  // A tensor as the file stores it, of an initializer or a Constant; null for others.
  const schema::TensorProto* stored(int index) const;

  // Attributes. One that no converter asks for is a failure, because it would mean something.
  bool has_attribute(const char* name);
  Result<std::int64_t> integer(const char* name, std::int64_t otherwise);
  Result<bool> flag(const char* name, bool otherwise);
  Result<float> number(const char* name, float otherwise);
  Result<std::string> text(const char* name, const char* otherwise);
  Result<std::vector<std::int64_t>> integer_list(const char* name);
  Result<std::vector<float>> number_list(const char* name);
  Result<const schema::TensorProto*> tensor_attribute(const char* name);
  // Attributes that change nothing at inference.
  void ignore(std::initializer_list<const char*> names);

  // A list that is an attribute before opset `since` and input `index` from then on; what is there
  // counts.
  Result<std::vector<std::int64_t>> list_of(const char* name, int index);
  bool has_list(const char* name, int index);
  // -rank..rank-1 to 0..rank-1.
  Result<int> axis_of(std::int64_t axis, int rank) const;
  Result<std::vector<int>> axes_of(const std::vector<std::int64_t>& axes, int rank) const;

  const Op& op(Value value) const { return state_.graph.op(value); }
  // Adds an op named after the output and its kind. A result whose inputs do not fit is a failure.
  Result<Value> emit(OpKind kind, std::vector<Value> inputs, Attributes attributes = {});
  // A Reshape, if the value has another shape.
  Result<Value> with_shape(Value value, const Shape& shape);
  // A constant of the graph; `layout` tells apart what is made of one tensor in several ways.
  Result<Value> constant(const std::string& name, const std::string& layout, Tensor tensor);
  // A computed value as [rest, k], k being the elements of the file's dimension `dim`, which must
  // be last in the IR (in whatever order its parts are), unless the IR's last dimension is it
  // already.
  Result<Value> with_last(const View& view, int dim);
  // places[i]: the index along the file's dimension `dim` of place i of the IR's last dimension.
  static std::vector<std::int64_t> places(const View& view, int dim);

  // Runs the node's converter and gives its result to the nodes behind.
  Result<void> convert(Converter converter);

  Diagnostic about(std::string message) const {
    return state_.model.about(node_, std::move(message));
  }
  Failure fail(std::string message) const { return slimc::fail(about(std::move(message))); }
  Failure cannot_move(const View& view, const char* wanted) const;

 private:
  const schema::AttributeProto* find(const char* name);
  Result<const schema::AttributeProto*> find(const char* name,
                                             schema::AttributeProto::AttributeType type);
  void warn_of_declared_shape(const Imported& result) const;
  std::string output() const { return node_.output_size() > 0 ? node_.output(0) : ""; }

  ImportState& state_;
  const schema::NodeProto& node_;
  std::set<std::string> asked_;  // attributes
};

// The dimensions of any value.
std::vector<std::int64_t> dims_of(const Imported& value);

}  // namespace slimc::frontend::onnx
