#include <cmath>

#include "frontend/onnx/convert/converters.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {
namespace {

Imported floats_of(Shape shape, std::vector<float> data) {
  return std::make_shared<const Tensor>(Tensor{std::move(shape), std::move(data)});
}

Imported to_imported(Constant constant) {
  return std::visit([](auto& value) { return Imported(std::move(value)); }, constant);
}

}  // namespace

// One of several attributes holds the value.
Result<Imported> convert_constant(NodeContext& context) {
  SLIMC_ASSIGN(const schema::TensorProto* tensor, context.tensor_attribute("value"));
  if (tensor != nullptr) {
    SLIMC_ASSIGN(Constant constant, context.state().reader.read(*tensor, context.node().output(0)));
    return to_imported(std::move(constant));
  }
  if (context.has_attribute("value_float")) {
    SLIMC_ASSIGN(const float value, context.number("value_float", 0));
    return floats_of(Shape{}, {value});
  }
  if (context.has_attribute("value_floats")) {
    SLIMC_ASSIGN(std::vector<float> values, context.number_list("value_floats"));
    Shape shape{std::ssize(values)};
    return floats_of(std::move(shape), std::move(values));
  }
  if (context.has_attribute("value_int")) {
    SLIMC_ASSIGN(const std::int64_t value, context.integer("value_int", 0));
    return Imported(IntegerTensor{Shape{}, {value}});
  }
  if (context.has_attribute("value_ints")) {
    SLIMC_ASSIGN(std::vector<std::int64_t> values, context.integer_list("value_ints"));
    return Imported(IntegerTensor{Shape{std::ssize(values)}, std::move(values)});
  }
  return context.fail(
      "holds no floats or integers; slimc reads no strings and no sparse constants");
}

Result<Imported> convert_constant_of_shape(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> dims, context.integer_list(0));
  SLIMC_ASSIGN(const schema::TensorProto* tensor, context.tensor_attribute("value"));
  Imported value = floats_of(Shape{}, {0});
  if (tensor != nullptr) {
    SLIMC_ASSIGN(Constant constant, context.state().reader.read(*tensor, context.node().output(0)));
    value = to_imported(std::move(constant));
  }
  for (const std::int64_t dim : dims) {
    if (dim < 0) return context.fail("makes a tensor of shape " + Shape(dims).to_string());
  }
  const std::int64_t elements = bounded_product(dims);
  if (Shape(dims_of(value)).elements() != 1) return context.fail("fills with more than one number");
  if (const auto* integers = std::get_if<IntegerTensor>(&value)) {
    if (elements > kMaxIntegers) return context.fail(fmt::format("makes {} integers", elements));
    return Imported(IntegerTensor{
        Shape(dims),
        std::vector<std::int64_t>(static_cast<std::size_t>(elements), integers->data[0])});
  }
  if (elements > kMaxElements) return context.fail("makes more elements than slimc takes");
  SLIMC_TRY(context.state().reader.account_for(context.node().output(0), elements));
  return floats_of(Shape(dims), std::vector<float>(static_cast<std::size_t>(elements),
                                                   std::get<FloatTensor>(value)->data[0]));
}

// Between types of floats nothing changes, because slimc computes with all of them as float32.
Result<Imported> convert_cast(NodeContext& context) {
  context.ignore({"saturate", "round_mode"});  // for 8-bit floats
  SLIMC_ASSIGN(Imported value, context.input(0));
  SLIMC_ASSIGN(const std::int64_t to, context.integer("to", schema::FLOAT));
  const int type = to >= 0 && to < 1000 ? static_cast<int>(to) : 0;
  if (is_float(type)) {
    if (type != schema::FLOAT) {
      context.state().reader.say_once(
          fmt::format("casts to {}; slimc computes with float32 throughout", name_of(type)));
    }
    const auto* integers = std::get_if<IntegerTensor>(&value);
    if (integers == nullptr) return value;
    return floats_of(integers->shape,
                     std::vector<float>(integers->data.begin(), integers->data.end()));
  }
  if (!is_integer(type)) return context.fail("casts to " + name_of(type));
  if (std::holds_alternative<View>(value)) {
    return context.fail("casts what the network computes to " + name_of(type) +
                        "; slimc computes with float32");
  }
  const auto* floats = std::get_if<FloatTensor>(&value);
  if (floats == nullptr) return value;
  if (std::ssize((*floats)->data) > kMaxIntegers) return context.fail("makes too many integers");
  IntegerTensor result{(*floats)->shape, {}};
  for (const float number : (*floats)->data) {
    if (!(std::abs(number) < 1e15f)) {
      return context.fail(fmt::format("casts {} to {}", number, name_of(type)));
    }
    result.data.push_back(type == schema::BOOL ? (number != 0 ? 1 : 0)
                                               : static_cast<std::int64_t>(number));
  }
  return Imported(std::move(result));
}

// Weights of 8 bits in a network that computes with floats; others are refused before.
// (x - zero_point) * scale, each a scalar or one number for each index along `axis`.
Result<Imported> convert_dequantize(NodeContext& context) {
  const schema::TensorProto* stored = context.stored(0);
  if (stored == nullptr) return context.fail("dequantises what is no constant of the file");
  SLIMC_ASSIGN(const std::vector<std::int32_t> values,
               context.state().reader.read_bytes(*stored, context.node().input(0)));
  SLIMC_ASSIGN(const FloatTensor scale, context.floats(1));
  SLIMC_ASSIGN(const std::int64_t named_axis, context.integer("axis", 1));
  SLIMC_ASSIGN(const std::int64_t block_size, context.integer("block_size", 0));
  context.ignore({"output_dtype"});
  const Shape shape(std::vector<std::int64_t>(stored->dims().begin(), stored->dims().end()));
  const std::size_t channels = scale->data.size();
  std::int64_t behind = 1, along = 1;  // elements a step along the axis, and steps
  if (scale->shape.rank() > 1 || block_size != 0) {
    return context.fail("has scales in blocks, which slimc does not read");
  }
  if (channels > 1) {
    SLIMC_ASSIGN(const int axis, context.axis_of(named_axis, shape.rank()));
    along = shape[axis];
    for (int d = axis + 1; d < shape.rank(); ++d) behind *= shape[d];
    if (along != static_cast<std::int64_t>(channels)) {
      return context.fail(
          fmt::format("has {} scales for dimension {} of {}", channels, axis, shape.to_string()));
    }
  }
  std::vector<std::int32_t> zeros(channels, 0);
  if (context.has_input(2)) {
    const schema::TensorProto* zero_points = context.stored(2);
    if (zero_points == nullptr) return context.fail("its zero points are no constants of the file");
    SLIMC_ASSIGN(zeros, context.state().reader.read_bytes(*zero_points, context.node().input(2)));
    if (zeros.size() != channels) {
      return context.fail(fmt::format("has {} scales and {} zero points", channels, zeros.size()));
    }
  }
  std::vector<float> data(values.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t c =
        channels == 1 ? 0 : static_cast<std::size_t>(static_cast<std::int64_t>(i) / behind % along);
    data[i] = static_cast<float>(static_cast<std::int64_t>(values[i]) - zeros[c]) * scale->data[c];
  }
  context.state().reader.say_once(
      "has weights of 8 bits; slimc computes with them as float32, as the file does");
  return floats_of(shape, std::move(data));
}

}  // namespace slimc::frontend::onnx
