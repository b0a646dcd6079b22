#include "frontend/tflite/convert/op_context.h"

#include <utility>

#include "frontend/imported_op.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::tflite {

void ImportState::add_input() {
  graph.file = model.file();
  graph.form = "TFLite";
  Op op;
  op.kind = OpKind::Input;
  op.name = tensors.name(input.tensor);
  op.shape = input.shape;
  graph.input = graph.add(std::move(op));
  values[input.tensor] = graph.input;
}

OpContext::OpContext(ImportState& state, const schema::Operator& op, const SubgraphOp& indices)
    : state_(state),
      op_(op),
      code_(indices.code),
      number_(indices.number),
      inputs_(indices.inputs),
      outputs_(indices.outputs) {}

Diagnostic OpContext::about(std::string message) const {
  std::string subject = fmt::format("op {} ({})", number_, name_of(code_));
  if (!outputs_.empty()) subject += " '" + state_.tensors.name(outputs_.front()) + "'";
  return {
      .file = state_.model.file(), .subject = std::move(subject), .message = std::move(message)};
}

bool OpContext::has_input(int index) const {
  return index < static_cast<int>(inputs_.size()) && inputs_[static_cast<std::size_t>(index)] >= 0;
}

const std::string& OpContext::input_name(int index) const {
  return state_.tensors.name(inputs_[static_cast<std::size_t>(index)]);
}

const schema::Tensor& OpContext::input(int index) const {
  return state_.tensors.at(inputs_[static_cast<std::size_t>(index)]);
}

schema::TensorType OpContext::input_type(int index) const { return input(index).type(); }

schema::TensorType OpContext::output_type() const {
  return state_.tensors.at(outputs_.front()).type();
}

Result<Value> OpContext::tensor(int index) {
  if (!has_input(index)) return fail(fmt::format("has no input {}", index));
  const int tensor = inputs_[static_cast<std::size_t>(index)];
  if (const auto it = state_.values.find(tensor); it != state_.values.end()) {
    if (const Value* value = std::get_if<Value>(&it->second)) return *value;
    return fail(fmt::format("its input {} ('{}') is {}, expected FLOAT32", index, input_name(index),
                            name_of(input_type(index))));
  }
  SLIMC_ASSIGN(Tensor value, floats(index));
  const Value added = state_.graph.add_constant(state_.tensors.name(tensor), std::move(value));
  state_.values[tensor] = added;
  return added;
}

Result<Tensor> OpContext::floats(int index) { return floats(index, false); }

Result<Tensor> OpContext::weights(int index) { return floats(index, true); }

Result<Tensor> OpContext::floats(int index, bool are_weights) {
  if (!has_input(index)) return fail(fmt::format("has no input {}", index));
  const int tensor = inputs_[static_cast<std::size_t>(index)];
  // What a DEQUANTIZE in front gave is a constant already.
  if (const auto it = state_.values.find(tensor); it != state_.values.end()) {
    const Value* value = std::get_if<Value>(&it->second);
    if (value != nullptr && op(*value).kind == OpKind::Constant) {
      SLIMC_TRY(state_.tensors.account_for(tensor, op(*value).shape.elements()));
      return state_.graph.constant(*value);
    }
    return fail(fmt::format("its input {} ('{}') must be constant", index, input_name(index)));
  }
  if (!state_.tensors.is_constant(tensor)) {
    return fail(
        fmt::format("its input {} ('{}') is neither constant nor computed by an op in front", index,
                    input_name(index)));
  }
  return state_.tensors.floats(tensor, are_weights);
}

Result<IntegerTensor> OpContext::integer_tensor(int index) const {
  if (!has_input(index)) return fail(fmt::format("has no input {}", index));
  const int tensor = inputs_[static_cast<std::size_t>(index)];
  if (const auto it = state_.values.find(tensor); it != state_.values.end()) {
    if (const auto* known = std::get_if<IntegerTensor>(&it->second)) return *known;
  } else if (state_.tensors.is_constant(tensor)) {
    return state_.tensors.integers(tensor);
  }
  return fail(
      fmt::format("its input {} ('{}') must be constant integers", index, input_name(index)));
}

Result<std::vector<std::int64_t>> OpContext::integers(int index) const {
  SLIMC_ASSIGN(IntegerTensor tensor, integer_tensor(index));
  return std::move(tensor.data);
}

Result<Shape> OpContext::input_shape(int index) const {
  if (!has_input(index)) return fail(fmt::format("has no input {}", index));
  const int tensor = inputs_[static_cast<std::size_t>(index)];
  const auto it = state_.values.find(tensor);
  if (it == state_.values.end()) return state_.tensors.shape(tensor);
  if (const auto* known = std::get_if<IntegerTensor>(&it->second)) return known->shape;
  return shape(std::get<Value>(it->second));
}

Result<void> OpContext::expect_rank(Value value, int rank) const {
  if (shape(value).rank() == rank) return {};
  return fail(fmt::format("'{}' has the shape {}, expected {} dimensions", op(value).name,
                          shape(value).to_string(), rank));
}

std::string OpContext::unused(std::string name) {
  while (state_.tensors.find(name) >= 0 || !state_.names.insert(name).second) name += '_';
  return name;
}

Result<Value> OpContext::emit(OpKind kind, std::vector<Value> inputs, Attributes attributes) {
  Op added;
  added.kind = kind;
  added.name = unused(fmt::format("{}/{}", state_.tensors.name(outputs_.front()), name_of(kind)));
  added.inputs = std::move(inputs);
  added.attributes = std::move(attributes);
  if (const std::string problem = infer_shape_of(state_.graph, added); !problem.empty()) {
    return fail(problem);
  }
  return state_.graph.add(std::move(added));
}

Result<Value> OpContext::activate(Value value, schema::ActivationFunctionType activation) {
  using schema::ActivationFunctionType;
  switch (activation) {
    case ActivationFunctionType::NONE:
      return value;
    case ActivationFunctionType::RELU:
      return emit(OpKind::Relu, {value});
    case ActivationFunctionType::RELU6:
      return emit(OpKind::Relu6, {value});
    case ActivationFunctionType::RELU_N1_TO_1:
      return emit(OpKind::Activate, {value}, ActivateAttributes{{Activation::Clip, -1, 1}});
    case ActivationFunctionType::TANH:
      return emit(OpKind::Activate, {value}, ActivateAttributes{Activation::Tanh});
    case ActivationFunctionType::SIGN_BIT:
      break;
  }
  const std::string name = schema::EnumNameActivationFunctionType(activation);
  return fail(fmt::format("its activation is {}, expected NONE, RELU, RELU6, RELU_N1_TO_1 or TANH",
                          name.empty() ? std::to_string(static_cast<int>(activation)) : name));
}

Value OpContext::constant(int index, Tensor tensor, const std::string& how) {
  return state_.graph.add_constant(unused(input_name(index) + "/" + how), std::move(tensor));
}

Value OpContext::new_constant(const std::string& what, Tensor tensor) {
  return state_.graph.add_constant(unused(state_.tensors.name(outputs_.front()) + "/" + what),
                                   std::move(tensor));
}

Result<void> OpContext::account_for(int index, std::int64_t elements) {
  return state_.tensors.account_for(inputs_[static_cast<std::size_t>(index)], elements);
}

Result<void> OpContext::expect_declared_shape(Value result) const {
  SLIMC_ASSIGN(const Shape declared, state_.tensors.shape(outputs_.front()));
  const InputChoice& input = state_.input;
  const Shape& found = shape(result);
  // Without dimensions: the file leaves the shape to the run.
  if (declared.rank() == 0 || input.resized || found == declared) return {};
  if (input.replaced_batch != 0 && found.rank() == declared.rank()) {
    std::vector<std::int64_t> dims = declared.dims();
    if (dims[0] == input.replaced_batch) dims[0] = input.shape[0];
    if (found == Shape(std::move(dims))) return {};
  }
  return fail(fmt::format("gives {}; the file says {}", found.to_string(), declared.to_string()));
}

Result<void> OpContext::convert(Converter converter) {
  const int output = outputs_.front();
  if (state_.values.count(output) != 0 || state_.tensors.is_constant(output)) {
    return fail("its output is the input, a constant or an earlier op's output too");
  }
  const int first = static_cast<int>(state_.graph.ops().size());
  SLIMC_ASSIGN(Imported imported, converter(*this));
  if (const auto* known = std::get_if<IntegerTensor>(&imported)) {
    // Few bytes of a file can ask for many integers.
    constexpr std::int64_t kFloatsAnInteger = sizeof(std::int64_t) / sizeof(float);
    SLIMC_TRY(state_.tensors.account_for(output, kFloatsAnInteger * std::ssize(known->data)));
    state_.values[output] = std::move(imported);
    return {};
  }
  const Value result = std::get<Value>(imported);
  SLIMC_TRY(expect_declared_shape(result));
  // The last of several ops stands for all of them. (The result of an op that does nothing is that
  // of another one, which keeps its name.)
  if (result.op >= first) state_.graph.op(result).name = state_.tensors.name(output);
  state_.values[output] = result;
  return {};
}

}  // namespace slimc::frontend::tflite
