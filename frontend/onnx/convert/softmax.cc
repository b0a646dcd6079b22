#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {

// Over one dimension; before opset 13 over all dimensions from `axis` on, as if they were one.
// (Over more than one element they are the same where only one of them is not 1.)
Result<Imported> convert_softmax(NodeContext& context) {
  const bool flattens = context.opset() < 13;
  SLIMC_ASSIGN(const View view, context.view(0));
  SLIMC_ASSIGN(const std::int64_t named, context.integer("axis", flattens ? 1 : -1));
  SLIMC_ASSIGN(const int axis, context.axis_of(named, view.rank()));
  std::int64_t classes = 1;
  std::size_t count = 0;
  const auto is_class = [&](int dim) { return flattens ? dim >= axis : dim == axis; };
  for (const Atom& atom : view.atoms) {
    if (!is_class(atom.dim)) continue;
    classes *= atom.size;
    ++count;
  }
  // In whatever order the classes are, their softmax is the same.
  for (std::size_t i = view.order.size() - count; i < view.order.size(); ++i) {
    if (!is_class(view.atoms[static_cast<std::size_t>(view.order[i])].dim)) {
      return context.cannot_move(view, "classes");
    }
  }
  View result = view;
  const Shape& shape = context.op(view.value).shape;
  if (shape.rank() == 0 || shape[shape.rank() - 1] != classes) {
    SLIMC_ASSIGN(result.value,
                 context.with_shape(view.value, Shape{shape.elements() / classes, classes}));
  }
  SLIMC_ASSIGN(result.value, context.emit(OpKind::Softmax, {result.value}));
  return Imported(std::move(result));
}

}  // namespace slimc::frontend::onnx
