#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/written_out.h"

namespace slimc::frontend {
namespace {

using IntegerFunction = std::int64_t (*)(std::int64_t, std::int64_t);

// Wraps around like TensorFlow's integers, without C++'s undefined overflow.
template <typename Function>
std::int64_t wrapping(std::int64_t a, std::int64_t b, Function f) {
  return static_cast<std::int64_t>(f(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
}

// Shapes and axes meet scalars at most, so of broadcasting only that form.
Result<Imported> compute(NodeContext& context, IntegerFunction function) {
  SLIMC_ASSIGN(const IntegerTensor a, context.integers(0));
  SLIMC_ASSIGN(const IntegerTensor b, context.integers(1));
  const bool a_is_scalar = a.data.size() == 1;
  const bool b_is_scalar = b.data.size() == 1;
  if (a.shape != b.shape && !a_is_scalar && !b_is_scalar) {
    return context.fail("its integer inputs have the shapes " + a.shape.to_string() + " and " +
                        b.shape.to_string() + "; expected equal ones or a scalar");
  }
  IntegerTensor result{a_is_scalar ? b.shape : a.shape, {}};
  const std::size_t elements = a_is_scalar ? b.data.size() : a.data.size();
  for (std::size_t i = 0; i < elements; ++i) {
    result.data.push_back(function(a.data[a_is_scalar ? 0 : i], b.data[b_is_scalar ? 0 : i]));
  }
  return result;
}

Result<Imported> convert_binary(NodeContext& context, OpKind kind, IntegerFunction function) {
  if (function != nullptr && context.is_integers(0) && context.is_integers(1)) {
    return compute(context, function);
  }
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value y, context.tensor(1));
  if (const auto found = written_out(context.state().graph, kind, x, y)) {
    return context.emit(OpKind::Activate, {found->x}, ActivateAttributes{found->function});
  }
  return context.emit(kind, {x, y});
}

Result<Imported> convert_unary(NodeContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  return context.emit(kind, {x});
}

}  // namespace

Result<Imported> convert_bias_add(NodeContext& context) {
  SLIMC_TRY(context.expect_nhwc());
  return convert_binary(context, OpKind::BiasAdd, nullptr);
}

Result<Imported> convert_add(NodeContext& context) {
  return convert_binary(context, OpKind::Add, [](std::int64_t a, std::int64_t b) {
    return wrapping(a, b, [](std::uint64_t x, std::uint64_t y) { return x + y; });
  });
}

Result<Imported> convert_sub(NodeContext& context) {
  return convert_binary(context, OpKind::Sub, [](std::int64_t a, std::int64_t b) {
    return wrapping(a, b, [](std::uint64_t x, std::uint64_t y) { return x - y; });
  });
}

Result<Imported> convert_mul(NodeContext& context) {
  return convert_binary(context, OpKind::Mul, [](std::int64_t a, std::int64_t b) {
    return wrapping(a, b, [](std::uint64_t x, std::uint64_t y) { return x * y; });
  });
}

namespace {

// Rounded down, as TensorFlow does; both are defined where C++'s operators are not.
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  if (b == 0) return 0;
  if (b == -1) {
    return wrapping(0, a, [](std::uint64_t x, std::uint64_t y) { return x - y; });
  }
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

Result<Imported> divide(NodeContext& context, IntegerFunction function) {
  SLIMC_ASSIGN(const IntegerTensor divisor, context.integers(1));
  if (std::count(divisor.data.begin(), divisor.data.end(), 0) > 0) {
    return context.fail("divides by 0");
  }
  return compute(context, function);
}

}  // namespace

Result<Imported> convert_floor_div(NodeContext& context) { return divide(context, floor_div); }

Result<Imported> convert_floor_mod(NodeContext& context) {
  return divide(context, [](std::int64_t a, std::int64_t b) {
    if (b == 0 || b == -1) return std::int64_t{0};
    const std::int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  });
}

Result<Imported> convert_div(NodeContext& context) {
  return convert_binary(context, OpKind::Div, nullptr);
}

Result<Imported> convert_maximum(NodeContext& context) {
  return convert_binary(context, OpKind::Maximum,
                        [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
}

Result<Imported> convert_minimum(NodeContext& context) {
  return convert_binary(context, OpKind::Minimum,
                        [](std::int64_t a, std::int64_t b) { return std::min(a, b); });
}

Result<Imported> convert_exp(NodeContext& context) { return convert_unary(context, OpKind::Exp); }
Result<Imported> convert_sqrt(NodeContext& context) { return convert_unary(context, OpKind::Sqrt); }
Result<Imported> convert_rsqrt(NodeContext& context) {
  return convert_unary(context, OpKind::Rsqrt);
}
Result<Imported> convert_relu(NodeContext& context) { return convert_unary(context, OpKind::Relu); }
Result<Imported> convert_relu6(NodeContext& context) {
  return convert_unary(context, OpKind::Relu6);
}
Result<Imported> convert_softmax(NodeContext& context) {
  return convert_unary(context, OpKind::Softmax);
}

}  // namespace slimc::frontend
