#include "frontend/tensorflow/convert/node_context.h"

#include <fmt/format.h>

#include <utility>
#include "frontend/imported_op.h"

namespace slimc::frontend {

using tensorflow::AttrValue;
using tensorflow::DataType;
using tensorflow::NodeDef;

NodeContext::NodeContext(ImportState& state, const NodeDef& node)
    : state_(state), node_(node), inputs_(data_inputs(node)) {}

Result<Imported> NodeContext::input(int index) const {
  if (index >= input_count()) {
    return fail(
        fmt::format("{} has {} inputs, expected {} or more", node_.op(), input_count(), index + 1));
  }
  const NodeReference& reference = inputs_[static_cast<std::size_t>(index)];
  const InputChoice& network = state_.input;
  if (reference.node == network.node && reference.output != network.output) {
    return fail(fmt::format("reads output {} of '{}', of which output {} is the network's input",
                            reference.output, reference.node, network.output));
  }
  if (reference.output != 0 && reference.node != network.node) {
    return fail(fmt::format("reads output {} of '{}'; slimc computes first outputs only",
                            reference.output, reference.node));
  }
  return state_.results.at(reference.node);
}

Result<Value> NodeContext::tensor(int index) const {
  SLIMC_ASSIGN(const Imported imported, input(index));
  if (const Value* value = std::get_if<Value>(&imported)) return *value;
  const std::string& name = inputs_[static_cast<std::size_t>(index)].node;
  if (std::holds_alternative<EmptyTensor>(imported)) {
    return fail(fmt::format("its input {} ('{}') has no elements", index, name));
  }
  if (std::holds_alternative<Phases>(imported)) {
    return fail(
        fmt::format("its input {} ('{}') is an image split by SpaceToBatchND; slimc reads "
                    "that around a convolution only",
                    index, name));
  }
  if (const auto* packed = std::get_if<PackedTensor>(&imported)) {
    return fail(fmt::format("its input {} ('{}') is of type {}; expected float32", index, name,
                            name_of(packed->proto->dtype())));
  }
  return fail(fmt::format("its input {} ('{}') has integers; expected float32", index, name));
}

Result<IntegerTensor> NodeContext::integers(int index) const {
  SLIMC_ASSIGN(Imported imported, input(index));
  if (auto* values = std::get_if<IntegerTensor>(&imported)) return std::move(*values);
  return fail(fmt::format("its input {} ('{}') must be integers that are known at compile time",
                          index, inputs_[static_cast<std::size_t>(index)].node));
}

Result<std::int64_t> NodeContext::integer(int index) const {
  SLIMC_ASSIGN(const IntegerTensor values, integers(index));
  if (values.data.size() == 1) return values.data.front();
  return fail(fmt::format("its input {} has {} elements, expected one", index, values.data.size()));
}

bool NodeContext::is_integers(int index) const {
  const auto imported = input(index);
  return imported && std::holds_alternative<IntegerTensor>(*imported);
}

Result<void> NodeContext::expect_rank(Value value, int rank) const {
  if (shape(value).rank() == rank) return {};
  return fail(fmt::format("'{}' has the shape {}, expected {} dimensions",
                          state_.graph.op(value).name, shape(value).to_string(), rank));
}

const AttrValue* NodeContext::find(const std::string& attribute) const {
  const auto it = node_.attr().find(attribute);
  return it == node_.attr().end() ? nullptr : &it->second;
}

bool NodeContext::has(const std::string& attribute) const { return find(attribute) != nullptr; }

std::string NodeContext::text(const std::string& attribute, const std::string& otherwise) const {
  const AttrValue* value = find(attribute);
  return value == nullptr ? otherwise : value->s();
}

float NodeContext::number(const std::string& attribute, float otherwise) const {
  const AttrValue* value = find(attribute);
  return value == nullptr ? otherwise : value->f();
}

bool NodeContext::flag(const std::string& attribute, bool otherwise) const {
  const AttrValue* value = find(attribute);
  return value == nullptr ? otherwise : value->b();
}

DataType NodeContext::type(const std::string& attribute, DataType otherwise) const {
  const AttrValue* value = find(attribute);
  return value == nullptr ? otherwise : value->type();
}

std::int64_t NodeContext::integer_attribute(const std::string& attribute,
                                            std::int64_t otherwise) const {
  const AttrValue* value = find(attribute);
  return value == nullptr ? otherwise : value->i();
}

std::vector<std::int64_t> NodeContext::list(const std::string& attribute) const {
  const AttrValue* value = find(attribute);
  if (value == nullptr) return {};
  return {value->list().i().begin(), value->list().i().end()};
}

std::vector<std::string> NodeContext::texts(const std::string& attribute) const {
  const AttrValue* value = find(attribute);
  if (value == nullptr) return {};
  return {value->list().s().begin(), value->list().s().end()};
}

Result<void> NodeContext::expect_nhwc() const {
  const std::string format = text("data_format", "NHWC");
  if (format == "NHWC") return {};
  return fail("its data_format is " + format + "; slimc reads NHWC graphs");
}

Result<void> NodeContext::expect_float(const std::string& attribute) const {
  const DataType found = type(attribute, DataType::DT_FLOAT);
  if (found == DataType::DT_FLOAT) return {};
  return fail("is of type " + name_of(found) + "; slimc compiles float32 (DT_FLOAT) graphs");
}

std::string NodeContext::free_name(std::string name) const {
  // Names that are not a node's own must not meet one.
  while (name != node_.name() && state_.nodes.find(name) != nullptr) name += '_';
  return name;
}

Result<Value> NodeContext::add(std::string name, OpKind kind, std::vector<Value> inputs,
                               Attributes attributes) {
  SLIMC_TRY(expect_float("T"));
  Op op;
  op.kind = kind;
  op.name = std::move(name);
  op.inputs = std::move(inputs);
  op.attributes = std::move(attributes);
  if (const std::string problem = infer_shape_of(state_.graph, op); !problem.empty()) {
    return fail(problem);
  }
  return state_.graph.add(std::move(op));
}

Result<Imported> NodeContext::emit(OpKind kind, std::vector<Value> inputs, Attributes attributes) {
  return add(node_.name(), kind, std::move(inputs), std::move(attributes));
}

Result<Value> NodeContext::step(const std::string& suffix, OpKind kind, std::vector<Value> inputs,
                                Attributes attributes) {
  return add(free_name(node_.name() + "/" + suffix), kind, std::move(inputs),
             std::move(attributes));
}

Result<Value> NodeContext::number_constant(const std::string& suffix, float number) {
  return state_.graph.add_constant(free_name(node_.name() + "/" + suffix), {Shape{}, {number}});
}

Result<void> NodeContext::repeat(std::int64_t elements) {
  // As many as all the weights of the largest published network, which has them as bytes.
  constexpr std::int64_t kMaxRepeated = std::int64_t{1} << 22;
  if (elements <= kMaxRepeated - state_.repeated_elements) {
    state_.repeated_elements += elements;
    return {};
  }
  return fail(
      fmt::format("has {} elements that the file has no values for; with the constants in "
                  "front of it, that is more than the {} that slimc fills in",
                  elements, kMaxRepeated));
}

Result<IntegerTensor> NodeContext::unpack(const PackedTensor& packed) {
  const tensorflow::TensorProto& proto = *packed.proto;
  if (!state_.unpacked.insert(&proto).second) {
    SLIMC_TRY(repeat(packed.shape.elements()));
  } else if (proto.tensor_content().empty() && packed.shape.elements() > proto.int_val_size()) {
    SLIMC_TRY(repeat(packed.shape.elements() - proto.int_val_size()));
  }
  auto numbers = to_integers(proto);
  if (!numbers) return fail(numbers.error());
  return std::move(*numbers);
}

Result<Imported> NodeContext::constant(std::string name, Tensor tensor) {
  if (tensor.shape.elements() == 0) return EmptyTensor{tensor.shape};
  if (const auto problem = find_non_finite(tensor)) {
    return fail(*problem + "; weights must be finite");
  }
  return state_.graph.add_constant(free_name(std::move(name)), std::move(tensor));
}

Shape shape_of(const Graph& graph, const Imported& imported) {
  if (const auto* value = std::get_if<Value>(&imported)) return graph.op(*value).shape;
  if (const auto* integers = std::get_if<IntegerTensor>(&imported)) return integers->shape;
  if (const auto* empty = std::get_if<EmptyTensor>(&imported)) return empty->shape;
  if (const auto* packed = std::get_if<PackedTensor>(&imported)) return packed->shape;
  // Nothing asks for the shape of split images but to split or join them, which slimc computes.
  return graph.op(std::get<Phases>(imported).image).shape;
}

}  // namespace slimc::frontend
