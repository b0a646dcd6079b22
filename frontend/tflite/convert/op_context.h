// What a converter sees of the op that it converts, and what it can do with it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "frontend/integer_tensor.h"
#include "frontend/tflite/endpoints.h"
#include "frontend/tflite/model.h"
#include "frontend/tflite/subgraph_ops.h"
#include "frontend/tflite/tensor_data.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

// What a tensor is: the result of an op, or integers that are known.
using Imported = std::variant<Value, IntegerTensor>;

// The import of one subgraph under way.
struct ImportState {
  ImportState(const Model& m, Tensors& t, InputChoice i)
      : model(m), tensors(t), input(std::move(i)) {}

  void add_input();

  const Model& model;
  Tensors& tensors;
  InputChoice input;
  Graph graph;
  std::unordered_map<int, Imported> values;  // by tensor
  std::unordered_set<std::string> names;     // of ops that are not named after a tensor
};

class OpContext;
using Converter = Result<Imported> (*)(OpContext&);

class OpContext {
 public:
  // `op` and `indices` must outlive the context.
  OpContext(ImportState& state, const schema::Operator& op, const SubgraphOp& indices);

  const OpCode& code() const { return code_; }
  const InputChoice& network_input() const { return state_.input; }

  // Inputs. Asking for one that the op lacks is a failure.
  int input_count() const { return static_cast<int>(inputs_.size()); }
  bool has_input(int index) const;
  schema::TensorType input_type(int index) const;
  schema::TensorType output_type() const;
  // Input `index` and the op's output as the file describes them.
  const schema::Tensor& input(int index) const;
  // float32: what an op in front computed, or a constant.
  Result<Value> tensor(int index);
  // The numbers of a constant, for converters that lay them out anew. Weights may be of 8 bits.
  Result<Tensor> floats(int index);
  Result<Tensor> weights(int index);
  // Axes, shapes, paddings: known integers, constant or computed from such.
  Result<std::vector<std::int64_t>> integers(int index) const;
  Result<IntegerTensor> integer_tensor(int index) const;
  Result<Shape> input_shape(int index) const;
  const Shape& shape(Value value) const { return state_.graph.op(value).shape; }
  const Op& op(Value value) const { return state_.graph.op(value); }
  const std::string& input_name(int index) const;
  Result<void> expect_rank(Value value, int rank) const;

  // The op's options, a table of type T; a failure where it has none or others.
  template <typename T>
  Result<const T*> options() const {
    constexpr schema::BuiltinOptions kType = schema::BuiltinOptionsTraits<T>::enum_value;
    if (const T* table = op_.builtin_options_as<T>()) return table;
    return fail(fmt::format("has options of type {}, expected {} ({})",
                            static_cast<int>(op_.builtin_options_type()), static_cast<int>(kType),
                            schema::EnumNameBuiltinOptions(kType)));
  }
  // The same for options all of whose fields have defaults; null where the op has none.
  template <typename T>
  Result<const T*> optional_options() const {
    if (op_.builtin_options_type() == schema::BuiltinOptions::NONE) return nullptr;
    return options<T>();
  }

  // Adds an op named after the output and its kind. A result whose inputs do not fit is a failure.
  Result<Value> emit(OpKind kind, std::vector<Value> inputs, Attributes attributes = {});
  // The activation that is fused into an op.
  Result<Value> activate(Value value, schema::ActivationFunctionType activation);
  // Adds a constant under the name of input `index`, changed as `how` says.
  Value constant(int index, Tensor tensor, const std::string& how = "transposed");
  // Adds a constant under the name of the output.
  Value new_constant(const std::string& what, Tensor tensor);
  // Counts the memory of a constant that is larger than what the file holds of it.
  Result<void> account_for(int index, std::int64_t elements);

  // Runs the op's converter and gives its result to the ops behind.
  Result<void> convert(Converter converter);

  Diagnostic about(std::string message) const;
  Failure fail(std::string message) const { return slimc::fail(about(std::move(message))); }

 private:
  Result<Tensor> floats(int index, bool are_weights);
  // The result must have the shape that the file gives for it.
  Result<void> expect_declared_shape(Value result) const;
  std::string unused(std::string name);

  ImportState& state_;
  const schema::Operator& op_;
  const OpCode& code_;
  int number_;
  const std::vector<int>& inputs_;
  const std::vector<int>& outputs_;
};

}  // namespace slimc::frontend::tflite
