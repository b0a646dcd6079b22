// Ops whose result is integers that are known at import: the shape of a reshape behind an open
// batch is computed so.
#include "frontend/integer_arithmetic.h"
#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

Result<Imported> given(const OpContext& context, Integers result) {
  if (!result) return context.fail(std::move(result).error());
  return std::move(*result);
}

Result<std::vector<IntegerTensor>> all_inputs(const OpContext& context) {
  std::vector<IntegerTensor> parts;
  for (int i = 0; i < context.input_count(); ++i) {
    SLIMC_ASSIGN(IntegerTensor part, context.integer_tensor(i));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<std::int64_t> one_integer(const OpContext& context, int index) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, context.integers(index));
  if (values.size() == 1) return values.front();
  return context.fail(
      fmt::format("its input {} has {} integers, expected 1", index, values.size()));
}

Result<Imported> shape(OpContext& context) {
  SLIMC_ASSIGN(const Shape of, context.input_shape(0));
  return vector_of(of.dims());
}

Result<Imported> rank(OpContext& context) {
  SLIMC_ASSIGN(const Shape of, context.input_shape(0));
  return scalar_of(of.rank());
}

Result<Imported> pack_integers(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::PackOptions>());
  SLIMC_ASSIGN(const std::vector<IntegerTensor> parts, all_inputs(context));
  const bool of_scalars = !parts.empty() && parts.front().shape.rank() == 0;
  if (options != nullptr && options->axis() != 0 && !(of_scalars && options->axis() == -1)) {
    return context.fail(fmt::format("packs integers along axis {}, expected 0", options->axis()));
  }
  return given(context, pack(parts));
}

Result<Imported> concatenate_integers(OpContext& context) {
  SLIMC_ASSIGN(const std::vector<IntegerTensor> parts, all_inputs(context));
  return given(context, concatenate(parts));
}

Result<Imported> strided_slice(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::StridedSliceOptions>());
  SLIMC_ASSIGN(const IntegerTensor vector, context.integer_tensor(0));
  Slice what;
  SLIMC_ASSIGN(what.begin, one_integer(context, 1));
  SLIMC_ASSIGN(what.end, one_integer(context, 2));
  SLIMC_ASSIGN(what.stride, one_integer(context, 3));
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0 || options->offset()) {
    return context.fail(
        "slices with an ellipsis, a new axis or an offset, which slimc does not compute");
  }
  what.from_start = (options->begin_mask() & 1) != 0;
  what.to_end = (options->end_mask() & 1) != 0;
  what.take_one = (options->shrink_axis_mask() & 1) != 0;
  if (what.take_one && what.from_start) what.begin = 0;
  return given(context, slice(vector, what));
}

// begin and size; a size of -1 goes to the end.
Result<Imported> slice_integers(OpContext& context) {
  SLIMC_ASSIGN(const IntegerTensor vector, context.integer_tensor(0));
  SLIMC_ASSIGN(const std::int64_t begin, one_integer(context, 1));
  SLIMC_ASSIGN(const std::int64_t size, one_integer(context, 2));
  const std::int64_t available = std::ssize(vector.data);
  if (begin < 0 || begin > available || size < -1 || size > available - begin) {
    return context.fail(
        fmt::format("takes {} elements from {} of a vector of {}", size, begin, available));
  }
  return given(context, slice(vector, {.begin = begin, .end = begin + size, .to_end = size == -1}));
}

Result<Imported> gather_integers(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::GatherOptions>());
  SLIMC_ASSIGN(const IntegerTensor vector, context.integer_tensor(0));
  SLIMC_ASSIGN(const IntegerTensor indices, context.integer_tensor(1));
  if (options != nullptr && options->batch_dims() != 0) {
    return context.fail(fmt::format("gathers in batches of {} dimensions", options->batch_dims()));
  }
  return given(context, gather(vector, indices));
}

Result<Imported> reduce_prod(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::ReducerOptions>());
  SLIMC_ASSIGN(const IntegerTensor vector, context.integer_tensor(0));
  return given(context, product(vector, options != nullptr && options->keep_dims()));
}

Result<Imported> fill_integers(OpContext& context) {
  SLIMC_ASSIGN(const IntegerTensor dims, context.integer_tensor(0));
  SLIMC_ASSIGN(const IntegerTensor value, context.integer_tensor(1));
  return given(context, fill(dims, value));
}

// From one type of integers to another; shapes fit all of them.
Result<Imported> cast_integers(OpContext& context) {
  if (context.has_input(0) && !is_integer(context.input_type(0))) {
    return context.fail(fmt::format("casts {} to {}, which slimc does not do",
                                    name_of(context.input_type(0)),
                                    name_of(context.output_type())));
  }
  return context.integer_tensor(0);
}

// Another shape of the same integers: a scalar becomes a vector, or a vector of one a scalar.
Result<Imported> reshape_integers(OpContext& context) {
  SLIMC_ASSIGN(IntegerTensor tensor, context.integer_tensor(0));
  if (context.code().builtin == schema::BuiltinOperator::SQUEEZE && tensor.data.size() == 1) {
    return scalar_of(tensor.data.front());
  }
  const bool expands = context.code().builtin == schema::BuiltinOperator::EXPAND_DIMS;
  if (tensor.shape.rank() > (expands ? 0 : 1)) {
    return context.fail("reshapes integers of the shape " + tensor.shape.to_string() +
                        ", which slimc does not compute");
  }
  if (context.code().builtin == schema::BuiltinOperator::RESHAPE) {
    // To no dimensions, or to one.
    SLIMC_ASSIGN(const std::vector<std::int64_t> to, context.integers(1));
    const std::int64_t size = std::ssize(tensor.data);
    if (to.empty() && size == 1) return scalar_of(tensor.data.front());
    if (to.size() != 1 || (to[0] != -1 && to[0] != size)) {
      return context.fail(fmt::format("reshapes {} integers to {}, expected a vector", size,
                                      Shape(to).to_string()));
    }
  }
  return vector_of(std::move(tensor.data));
}

template <IntegerOp op>
Result<Imported> compute(OpContext& context) {
  SLIMC_ASSIGN(const IntegerTensor x, context.integer_tensor(0));
  SLIMC_ASSIGN(const IntegerTensor y, context.integer_tensor(1));
  return given(context, combine(op, x, y));
}

}  // namespace

Converter find_integer_converter(schema::BuiltinOperator op) {
  using schema::BuiltinOperator;
  switch (op) {
    case BuiltinOperator::SHAPE:
      return shape;
    case BuiltinOperator::RANK:
      return rank;
    case BuiltinOperator::PACK:
      return pack_integers;
    case BuiltinOperator::CONCATENATION:
      return concatenate_integers;
    case BuiltinOperator::STRIDED_SLICE:
      return strided_slice;
    case BuiltinOperator::SLICE:
      return slice_integers;
    case BuiltinOperator::GATHER:
      return gather_integers;
    case BuiltinOperator::REDUCE_PROD:
      return reduce_prod;
    case BuiltinOperator::FILL:
      return fill_integers;
    case BuiltinOperator::CAST:
      return cast_integers;
    case BuiltinOperator::RESHAPE:
    case BuiltinOperator::EXPAND_DIMS:
    case BuiltinOperator::SQUEEZE:
      return reshape_integers;
    case BuiltinOperator::ADD:
      return compute<IntegerOp::Add>;
    case BuiltinOperator::SUB:
      return compute<IntegerOp::Subtract>;
    case BuiltinOperator::MUL:
      return compute<IntegerOp::Multiply>;
    case BuiltinOperator::DIV:
      return compute<IntegerOp::Divide>;
    case BuiltinOperator::FLOOR_DIV:
      return compute<IntegerOp::FloorDivide>;
    case BuiltinOperator::MAXIMUM:
      return compute<IntegerOp::Maximum>;
    case BuiltinOperator::MINIMUM:
      return compute<IntegerOp::Minimum>;
    default:
      return nullptr;
  }
}

}  // namespace slimc::frontend::tflite
