// Element-wise arithmetic: on what the network computes, on constants, and on shapes.
#include <algorithm>
#include <cmath>

#include "frontend/onnx/convert/converters.h"
#include "frontend/onnx/convert/on_views.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {
namespace {

// Calls done(i, j) for each element of the result with the elements of x and y.
template <typename Done>
void walk_broadcast(const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& x,
                    const std::vector<std::int64_t>& y, const Done& done) {
  const auto strides = [&](const std::vector<std::int64_t>& of) {
    std::vector<std::int64_t> result(dims.size());
    std::int64_t stride = 1;
    for (std::size_t d = of.size(); d-- > 0;) {
      result[d + dims.size() - of.size()] = of[d] == 1 ? 0 : stride;
      stride *= of[d];
    }
    return result;
  };
  const std::vector<std::int64_t> xs = strides(x), ys = strides(y);
  const std::int64_t total = Shape(dims).elements();
  std::vector<std::int64_t> at(dims.size());
  std::int64_t i = 0, j = 0;
  for (std::int64_t n = 0; n < total; ++n) {
    done(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
    for (std::size_t d = dims.size(); d-- > 0;) {
      i += xs[d];
      j += ys[d];
      if (++at[d] < dims[d]) break;
      i -= xs[d] * dims[d];
      j -= ys[d] * dims[d];
      at[d] = 0;
    }
  }
}

template <typename T>
T on_numbers(OpKind kind, T x, T y) {
  switch (kind) {
    case OpKind::Add:
      return x + y;
    case OpKind::Sub:
      return x - y;
    case OpKind::Mul:
      return x * y;
    case OpKind::Div:
      return x / y;
    case OpKind::Maximum:
      return std::max(x, y);
    default:
      return std::min(x, y);
  }
}

Result<std::int64_t> on_integers(const NodeContext& context, OpKind kind, std::int64_t x,
                                 std::int64_t y) {
  // Of shapes; so no product overflows.
  constexpr std::int64_t kLargest = std::int64_t{1} << 31;
  if (std::max({x, y, -x, -y}) > kLargest || (kind == OpKind::Div && y == 0)) {
    return context.fail(
        fmt::format("computes with the integers {} and {}, which are no sizes", x, y));
  }
  return on_numbers(kind, x, y);
}

// ONNX's axis and broadcast of opsets before 7: y's dimensions begin at `axis` of x.
Result<void> expect_plain_broadcast(NodeContext& context, const std::vector<std::int64_t>& x,
                                    const std::vector<std::int64_t>& y) {
  SLIMC_ASSIGN(const bool is_broadcast, context.flag("broadcast", false));
  const bool has_axis = context.has_attribute("axis");
  SLIMC_ASSIGN(const std::int64_t axis, context.integer("axis", 0));
  context.ignore({"consumed_inputs"});
  if (!is_broadcast || !has_axis || y.empty()) return {};
  const auto at = axis < 0 ? axis + std::ssize(x) : axis;
  if (at + std::ssize(y) == std::ssize(x)) return {};
  return context.fail(
      fmt::format("broadcasts {} along axis {} of {}, as opset 6 does, which slimc "
                  "does not read; convert the model to opset 7 or later",
                  Shape(y).to_string(), axis, Shape(x).to_string()));
}

// Puts ones behind the smaller tensor of an old opset's node, where that is all that it needs.
Result<Imported> binary(NodeContext& context, OpKind kind, int left = 0, int right = 1) {
  SLIMC_ASSIGN(const Imported x, context.input(left));
  SLIMC_ASSIGN(Imported y, context.input(right));
  if (context.opset() < 7) {
    // [c] along axis 1 of [n,c,h,w] is [c,1,1] today.
    const std::vector<std::int64_t> xd = dims_of(x);
    std::vector<std::int64_t> yd = dims_of(y);
    SLIMC_ASSIGN(const std::int64_t axis, context.integer("axis", -1));
    auto* tensor = std::get_if<FloatTensor>(&y);
    if (tensor != nullptr && context.has_attribute("axis") && axis >= 0 &&
        axis + std::ssize(yd) < std::ssize(xd)) {
      yd.insert(yd.end(), xd.size() - static_cast<std::size_t>(axis) - yd.size(), 1);
      auto wider = std::make_shared<const Tensor>(Tensor{Shape(yd), (*tensor)->data});
      context.state().values.insert_or_assign(context.node().input(right), Imported(wider));
      y = Imported(wider);
    }
    SLIMC_TRY(expect_plain_broadcast(context, xd, yd));
  }
  if (std::holds_alternative<View>(x) || std::holds_alternative<View>(y)) {
    return on_views(context, kind, left, right);
  }
  const auto result = broadcast(dims_of(x), dims_of(y));
  if (!result) return do_not_fit(context, dims_of(x), dims_of(y));
  if (bounded_product(*result) > kMaxElements) {
    return context.fail("gives more elements than slimc takes");
  }
  const auto* xf = std::get_if<FloatTensor>(&x);
  const auto* yf = std::get_if<FloatTensor>(&y);
  if (xf != nullptr && yf != nullptr) {
    Tensor folded{Shape(*result), {}};
    SLIMC_TRY(
        context.state().reader.account_for(context.node().output(0), folded.shape.elements()));
    walk_broadcast(*result, dims_of(x), dims_of(y), [&](std::size_t i, std::size_t j) {
      folded.data.push_back(
          static_cast<float>(on_numbers<double>(kind, (*xf)->data[i], (*yf)->data[j])));
    });
    return Imported(std::make_shared<const Tensor>(std::move(folded)));
  }
  if (xf != nullptr || yf != nullptr) return context.fail("combines floats and integers");
  const auto& xi = std::get<IntegerTensor>(x);
  const auto& yi = std::get<IntegerTensor>(y);
  if (bounded_product(*result) > kMaxIntegers) {
    return context.fail(fmt::format("gives more than {} integers", kMaxIntegers));
  }
  IntegerTensor folded{Shape(*result), {}};
  Diagnostics problems;
  walk_broadcast(*result, xi.shape.dims(), yi.shape.dims(), [&](std::size_t i, std::size_t j) {
    auto value = on_integers(context, kind, xi.data[i], yi.data[j]);
    if (value) {
      folded.data.push_back(*value);
    } else if (problems.empty()) {
      problems.add(std::move(value).error());
    }
  });
  if (!problems.empty()) return Failure(std::move(problems));
  return Imported(std::move(folded));
}

// Any number of inputs, one after the other.
Result<Imported> variadic(NodeContext& context, OpKind kind) {
  if (context.input_count() == 1) return context.input(0);
  if (context.input_count() != 2) {
    return context.fail(fmt::format("has {} inputs; slimc takes 2", context.input_count()));
  }
  return binary(context, kind);
}

template <typename OnNumber>
Result<Imported> unary(NodeContext& context, OpKind kind, const OnNumber& on_number) {
  SLIMC_ASSIGN(const Imported x, context.input(0));
  context.ignore({"consumed_inputs"});
  if (const auto* tensor = std::get_if<FloatTensor>(&x)) {
    Tensor folded = **tensor;
    for (float& value : folded.data) value = static_cast<float>(on_number(double{value}));
    return Imported(std::make_shared<const Tensor>(std::move(folded)));
  }
  SLIMC_ASSIGN(View view, context.view(0));
  SLIMC_ASSIGN(view.value, context.emit(kind, {view.value}));
  return Imported(std::move(view));
}

// number (op) x, or x (op) number.
Result<Imported> with_number(NodeContext& context, OpKind kind, float number, bool is_first) {
  SLIMC_ASSIGN(const Imported x, context.input(0));
  if (const auto* tensor = std::get_if<FloatTensor>(&x)) {
    Tensor folded = **tensor;
    for (float& value : folded.data) {
      value = static_cast<float>(is_first ? on_numbers<double>(kind, number, value)
                                          : on_numbers<double>(kind, value, number));
    }
    return Imported(std::make_shared<const Tensor>(std::move(folded)));
  }
  SLIMC_ASSIGN(View view, context.view(0));
  SLIMC_ASSIGN(const Value constant, context.constant(context.node().output(0) + "/number", "",
                                                      Tensor{Shape{}, {number}}));
  SLIMC_ASSIGN(view.value, context.emit(kind, is_first ? std::vector<Value>{constant, view.value}
                                                       : std::vector<Value>{view.value, constant}));
  return Imported(std::move(view));
}

}  // namespace

Result<Imported> convert_add(NodeContext& context) { return binary(context, OpKind::Add); }
Result<Imported> convert_sub(NodeContext& context) { return binary(context, OpKind::Sub); }
Result<Imported> convert_mul(NodeContext& context) { return binary(context, OpKind::Mul); }
Result<Imported> convert_div(NodeContext& context) { return binary(context, OpKind::Div); }
Result<Imported> convert_max(NodeContext& context) { return variadic(context, OpKind::Maximum); }
Result<Imported> convert_min(NodeContext& context) { return variadic(context, OpKind::Minimum); }
Result<Imported> convert_sum(NodeContext& context) { return variadic(context, OpKind::Add); }

Result<Imported> convert_sqrt(NodeContext& context) {
  return unary(context, OpKind::Sqrt, [](double x) { return std::sqrt(x); });
}

Result<Imported> convert_exp(NodeContext& context) {
  return unary(context, OpKind::Exp, [](double x) { return std::exp(x); });
}

Result<Imported> convert_neg(NodeContext& context) {
  context.ignore({"consumed_inputs"});
  return with_number(context, OpKind::Mul, -1, false);
}

Result<Imported> convert_reciprocal(NodeContext& context) {
  context.ignore({"consumed_inputs"});
  return with_number(context, OpKind::Div, 1, true);
}

// Squares and roots, as a batch norm that is written out has them.
Result<Imported> convert_pow(NodeContext& context) {
  context.ignore({"axis", "broadcast"});
  SLIMC_ASSIGN(const float exponent, context.scalar(1));
  if (!context.is_computed(0)) {
    return unary(context, OpKind::Sqrt, [&](double x) { return std::pow(x, exponent); });
  }
  SLIMC_ASSIGN(View view, context.view(0));
  if (exponent == 1) return Imported(std::move(view));
  if (exponent == 2) {
    SLIMC_ASSIGN(view.value, context.emit(OpKind::Mul, {view.value, view.value}));
  } else if (exponent == 0.5f) {
    SLIMC_ASSIGN(view.value, context.emit(OpKind::Sqrt, {view.value}));
  } else if (exponent == -0.5f) {
    SLIMC_ASSIGN(view.value, context.emit(OpKind::Rsqrt, {view.value}));
  } else {
    return context.fail(
        fmt::format("its exponent is {}; slimc computes powers of 2, 1, 1/2 and -1/2", exponent));
  }
  return Imported(std::move(view));
}

}  // namespace slimc::frontend::onnx
