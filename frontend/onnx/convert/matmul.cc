#include <utility>

#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

// x [.., k] times a matrix: `element(row, column)` is the file's, of k rows and `columns` columns.
// The rows are taken in the order in which the IR has the elements of x, which is h, w, c where the
// file flattens c, h, w.
template <typename Element>
Result<View> multiply(NodeContext& context, const View& x, std::int64_t columns,
                      const std::string& layout, const Element& element) {
  const int last = x.rank() - 1;
  const std::int64_t rows = x.dims[static_cast<std::size_t>(last)];
  const std::vector<std::int64_t> places = NodeContext::places(x, last);
  bool is_moved = false;
  Tensor matrix{Shape{rows, columns}, {}};
  matrix.data.reserve(static_cast<std::size_t>(rows * columns));
  for (std::size_t r = 0; r < places.size(); ++r) {
    is_moved = is_moved || places[r] != static_cast<std::int64_t>(r);
    for (std::int64_t c = 0; c < columns; ++c) matrix.data.push_back(element(places[r], c));
  }
  std::vector<int> dims;
  for (int d = 0; d < last; ++d) dims.push_back(d);
  View front = x;  // without the last dimension, to see whether the others are in order
  for (std::size_t i = 0; i < front.order.size(); ++i) {
    if (front.atoms[static_cast<std::size_t>(front.order[i])].dim != last) continue;
    front.order.resize(i);
    break;
  }
  if (!has_order(front, dims)) return context.cannot_move(x, "rows of a matrix");
  SLIMC_ASSIGN(Value value, context.with_last(x, last));
  SLIMC_ASSIGN(value, context.with_shape(value, Shape{x.shape().elements() / rows, rows}));
  SLIMC_ASSIGN(const Value weights,
               context.constant(context.node().input(1), is_moved ? "hwc" + layout : layout,
                                std::move(matrix)));
  SLIMC_ASSIGN(value, context.emit(OpKind::MatMul, {value, weights}));
  std::vector<std::int64_t> result = x.dims;
  result.back() = columns;
  return plain_view(value, std::move(result));
}

Result<View> left_side(NodeContext& context) {
  SLIMC_ASSIGN(View x, context.view(0));
  if (!context.is_computed(0) || x.rank() < 1) {
    return context.fail(
        fmt::format("multiplies '{}' from the left; slimc multiplies what the "
                    "network computes by a constant on the right",
                    context.input_name(0)));
  }
  return x;
}

}  // namespace

Result<Imported> convert_mat_mul(NodeContext& context) {
  SLIMC_ASSIGN(const View x, left_side(context));
  SLIMC_ASSIGN(const FloatTensor weights, context.floats(1));
  if (weights->shape.rank() != 2 || weights->shape[0] != x.dims.back()) {
    return context.fail(fmt::format("weights {} do not fit an input of {}",
                                    weights->shape.to_string(), x.shape().to_string()));
  }
  const std::int64_t columns = weights->shape[1];
  SLIMC_ASSIGN(View result, multiply(context, x, columns, "", [&](std::int64_t r, std::int64_t c) {
                 return weights->data[static_cast<std::size_t>(r * columns + c)];
               }));
  return Imported(std::move(result));
}

// alpha * x * b + beta * c
Result<Imported> convert_gemm(NodeContext& context) {
  SLIMC_ASSIGN(const float alpha, context.number("alpha", 1));
  SLIMC_ASSIGN(const float beta, context.number("beta", 1));
  SLIMC_ASSIGN(const bool transposes_x, context.flag("transA", false));
  SLIMC_ASSIGN(const bool transposes_weights, context.flag("transB", false));
  context.ignore({"broadcast"});  // before opset 7: whether c may be smaller
  SLIMC_ASSIGN(const View x, left_side(context));
  SLIMC_ASSIGN(const FloatTensor weights, context.floats(1));
  if (transposes_x) return context.fail("transposes its input (transA), which slimc does not do");
  if (x.rank() != 2 || weights->shape.rank() != 2 ||
      weights->shape[transposes_weights ? 1 : 0] != x.dims[1]) {
    return context.fail(fmt::format("weights {}{} do not fit an input of {}",
                                    weights->shape.to_string(),
                                    transposes_weights ? " (transB)" : "", x.shape().to_string()));
  }
  const std::int64_t rows = x.dims[1];
  const std::int64_t columns = weights->shape[transposes_weights ? 0 : 1];
  std::string layout = transposes_weights ? "transposed" : "";
  if (alpha != 1) layout += fmt::format("*{}", alpha);
  SLIMC_ASSIGN(View result,
               multiply(context, x, columns, layout, [&](std::int64_t r, std::int64_t c) {
                 const std::int64_t at = transposes_weights ? c * rows + r : r * columns + c;
                 return alpha * weights->data[static_cast<std::size_t>(at)];
               }));
  if (!context.has_input(2)) return Imported(std::move(result));
  SLIMC_ASSIGN(const FloatTensor bias, context.floats(2));
  const Shape& shape = bias->shape;
  const bool is_row = bias->data.size() == 1 || (shape.elements() == columns && shape.rank() <= 2 &&
                                                 shape[shape.rank() - 1] == columns);
  if (!is_row) {
    return context.fail(fmt::format("adds '{}' of {}; expected one number for each of {} columns",
                                    context.input_name(2), shape.to_string(), columns));
  }
  Tensor row{Shape{columns}, {}};
  for (std::int64_t c = 0; c < columns; ++c) {
    row.data.push_back(beta * bias->data[bias->data.size() == 1 ? 0 : static_cast<std::size_t>(c)]);
  }
  SLIMC_ASSIGN(const Value added,
               context.constant(context.node().input(2), beta == 1 ? "" : fmt::format("*{}", beta),
                                std::move(row)));
  SLIMC_ASSIGN(result.value, context.emit(OpKind::BiasAdd, {result.value, added}));
  return Imported(std::move(result));
}

}  // namespace slimc::frontend::onnx
