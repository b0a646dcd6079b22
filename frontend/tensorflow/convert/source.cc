// Constants, variables and placeholders, and the nodes that hand them on unchanged.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {

using tensorflow::DataType;

Result<Imported> convert_const(NodeContext& context) {
  const auto value = context.node().attr().find("value");
  if (value == context.node().attr().end() || !value->second.has_tensor()) {
    return context.fail("a Const without a value");
  }
  const tensorflow::TensorProto& proto = value->second.tensor();
  const auto shape = to_shape(proto.tensor_shape());
  if (!shape) return context.fail(shape.error());
  const bool is_byte = proto.dtype() == DataType::DT_INT8 || proto.dtype() == DataType::DT_UINT8;
  if (is_quantized(proto.dtype()) || (is_byte && shape->elements() > kMaxIntegers)) {
    return PackedTensor{&proto, std::move(*shape)};
  }
  if (is_integer(proto.dtype())) {
    if (shape->elements() > kMaxIntegers) {
      return context.fail(
          fmt::format("has {} integers; slimc takes up to {} (shapes, axes, "
                      "paddings)",
                      shape->elements(), kMaxIntegers));
    }
    auto integers = to_integers(proto);
    if (!integers) return context.fail(integers.error());
    return std::move(*integers);
  }
  // Of other floats, those that a Cast makes float32 of are read; what computes in them is refused
  // by its own type.
  if (floating_size(proto.dtype()) == 0) {
    return context.fail("is of type " + name_of(proto.dtype()) +
                        "; slimc compiles float32 (DT_FLOAT) graphs");
  }
  const std::int64_t values =
      std::max({proto.float_val_size(), proto.double_val_size(), proto.half_val_size()});
  if (proto.tensor_content().empty() && shape->elements() > values) {
    SLIMC_TRY(context.repeat(shape->elements() - values));
  }
  auto tensor = to_tensor(proto);
  if (!tensor) return context.fail(tensor.error());
  return context.constant(context.node().name(), std::move(*tensor));
}

Result<Imported> convert_fill(NodeContext& context) {
  SLIMC_ASSIGN(const IntegerTensor dims, context.integers(0));
  tensorflow::TensorShapeProto proto;
  for (const std::int64_t dim : dims.data) proto.add_dim()->set_size(dim);
  auto shape = to_shape(proto);
  if (!shape) return context.fail(shape.error());
  if (context.is_integers(1)) {
    SLIMC_ASSIGN(const std::int64_t value, context.integer(1));
    if (shape->elements() > kMaxIntegers) {
      return context.fail(
          fmt::format("makes {} integers; slimc takes up to {} (shapes, axes, "
                      "paddings)",
                      shape->elements(), kMaxIntegers));
    }
    return IntegerTensor{
        *shape, std::vector<std::int64_t>(static_cast<std::size_t>(shape->elements()), value)};
  }
  SLIMC_ASSIGN(const Value value, context.tensor(1));
  const Op& op = context.state().graph.op(value);
  if (op.kind != OpKind::Constant || op.shape.elements() != 1) {
    return context.fail("fills with '" + op.name + "', which is no constant number");
  }
  SLIMC_TRY(context.repeat(shape->elements()));
  const float number = op.constant->data.front();
  const auto elements = static_cast<std::size_t>(shape->elements());
  return context.constant(context.node().name(),
                          {std::move(*shape), std::vector<float>(elements, number)});
}

// The network's own input is made by the importer; this is any other one.
Result<Imported> convert_placeholder(NodeContext& context) {
  return context.fail("a placeholder besides the input '" + context.state().input.node +
                      "': a network has one input; --input-node names it");
}

Result<Imported> convert_variable(NodeContext& context) {
  const ImportState& state = context.state();
  SLIMC_TRY(context.expect_float("dtype"));

  const std::vector<std::string> names = state.bindings.stored_names(context.node());
  const auto name = std::find_if(names.begin(), names.end(), [&](const std::string& candidate) {
    return state.checkpoint->contains(candidate);
  });
  if (name == names.end()) {
    return fail(
        {.file = state.checkpoint->index().string(),
         .subject = "tensor '" + names.front() + "'",
         .message = "is missing; the graph's variable '" + context.node().name() + "' needs it" +
                    (names.size() > 1 ? fmt::format(" (looked for '{}')", fmt::join(names, "', '"))
                                      : "")});
  }

  // The shape is compared before the data is read; a variable may leave dimensions open.
  SLIMC_ASSIGN(const Shape stored, state.checkpoint->shape(*name));
  const auto attribute = context.node().attr().find("shape");
  if (attribute != context.node().attr().end() && !attribute->second.shape().unknown_rank()) {
    const auto& dims = attribute->second.shape().dim();
    const bool fits =
        dims.size() == stored.rank() && std::equal(dims.begin(), dims.end(), stored.dims().begin(),
                                                   [](const auto& dim, std::int64_t found) {
                                                     return dim.size() < 0 || dim.size() == found;
                                                   });
    if (!fits) {
      std::vector<std::int64_t> expected;
      for (const auto& dim : dims) expected.push_back(dim.size());
      return fail({.file = state.checkpoint->index().string(),
                   .subject = "tensor '" + *name + "'",
                   .message = "has the shape " + stored.to_string() + "; the graph's variable '" +
                              context.node().name() + "' expects " +
                              Shape(std::move(expected)).to_string()});
    }
  }
  SLIMC_ASSIGN(Tensor tensor, state.checkpoint->read(*name));
  return context.constant(context.node().name(), std::move(tensor));
}

// An identity of a constant (a variable's "read") is the constant; of anything else, an op.
Result<Imported> convert_identity(NodeContext& context) {
  SLIMC_ASSIGN(Imported imported, context.input(0));
  const Value* value = std::get_if<Value>(&imported);
  if (value == nullptr || context.state().graph.op(*value).kind == OpKind::Constant) {
    return imported;
  }
  return context.emit(OpKind::Identity, {*value});
}

Result<Imported> convert_alias(NodeContext& context) { return context.input(0); }

}  // namespace slimc::frontend
