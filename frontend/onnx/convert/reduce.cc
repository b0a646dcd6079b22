#include <algorithm>

#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

enum class Reduction { Mean, Sum, Max };

// What the IR's tensor is around the dimensions that are reduced, which must lie together in it.
struct Cut {
  std::int64_t before = 1, reduced = 1, behind = 1;
};

Result<Cut> cut_of(const NodeContext& context, const View& view, const std::vector<int>& axes) {
  Cut cut;
  const Walk walk = walk_of(view);
  bool is_behind = false;
  for (std::size_t i = 0; i < walk.sizes.size(); ++i) {
    const bool is_reduced = std::find(axes.begin(), axes.end(), walk.dims[i]) != axes.end();
    if (is_reduced && is_behind) {
      return context.fail(
          fmt::format("reduces the dimensions {} of {}, which do not lie together",
                      Shape(std::vector<std::int64_t>(axes.begin(), axes.end())).to_string(),
                      view.shape().to_string()));
    }
    if (is_reduced) {
      cut.reduced *= walk.sizes[i];
    } else if (cut.reduced > 1) {
      is_behind = true;
      cut.behind *= walk.sizes[i];
    } else {
      cut.before *= walk.sizes[i];
    }
  }
  return cut;
}

View without(const View& view, const std::vector<int>& axes, bool keeps_dims, Value value) {
  View result{.value = value};
  std::vector<int> new_dim(view.dims.size(), -1);
  for (int d = 0; d < view.rank(); ++d) {
    const bool is_reduced = std::find(axes.begin(), axes.end(), d) != axes.end();
    if (is_reduced && !keeps_dims) continue;
    if (!is_reduced) new_dim[static_cast<std::size_t>(d)] = static_cast<int>(result.dims.size());
    result.dims.push_back(is_reduced ? 1 : view.dims[static_cast<std::size_t>(d)]);
  }
  std::vector<int> new_atom(view.atoms.size(), -1);
  for (std::size_t a = 0; a < view.atoms.size(); ++a) {
    const int dim = new_dim[static_cast<std::size_t>(view.atoms[a].dim)];
    if (dim < 0) continue;
    new_atom[a] = static_cast<int>(result.atoms.size());
    result.atoms.push_back({view.atoms[a].size, dim});
  }
  for (const int atom : view.order) {
    const int moved = new_atom[static_cast<std::size_t>(atom)];
    if (moved >= 0) result.order.push_back(moved);
  }
  return result;
}

Result<Value> times(NodeContext& context, Value value, float factor) {
  SLIMC_ASSIGN(const Value constant, context.constant(context.node().output(0) + "/factor", "",
                                                      Tensor{Shape{}, {factor}}));
  return context.emit(OpKind::Mul, {value, constant});
}

Result<Imported> reduce(NodeContext& context, const View& view, const std::vector<int>& axes,
                        bool keeps_dims, Reduction reduction) {
  SLIMC_ASSIGN(const Cut cut, cut_of(context, view, axes));
  Value value = view.value;
  const auto size = static_cast<float>(cut.reduced);
  const Shape& shape = context.op(value).shape;
  const bool is_image = shape.rank() == 4 && shape[0] == cut.before &&
                        shape[1] * shape[2] == cut.reduced && shape[3] == cut.behind;
  // Height and width of an image of one channel lie like the channels of a pixel.
  const bool over_channels = cut.behind == 1 && !(is_image && axes.size() > 1);
  if (cut.reduced > 1 && over_channels) {
    if (shape.rank() == 0 || shape[shape.rank() - 1] != cut.reduced) {
      SLIMC_ASSIGN(value, context.with_shape(value, Shape{cut.before, cut.reduced}));
    }
    SLIMC_ASSIGN(
        value, context.emit(reduction == Reduction::Max ? OpKind::MaxChannels : OpKind::SumChannels,
                            {value}));
    if (reduction == Reduction::Mean) {
      SLIMC_ASSIGN(value, times(context, value, 1 / size));
    }
  } else if (cut.reduced > 1) {
    if (!is_image) {
      SLIMC_ASSIGN(value, context.with_shape(value, Shape{cut.before, cut.reduced, 1, cut.behind}));
    }
    SLIMC_ASSIGN(value, context.emit(reduction == Reduction::Max ? OpKind::Max : OpKind::Mean,
                                     {value}, ReduceAttributes{keeps_dims}));
    if (reduction == Reduction::Sum) {
      SLIMC_ASSIGN(value, times(context, value, size));
    }
  }
  return Imported(without(view, axes, keeps_dims, value));
}

Result<Imported> convert_reduction(NodeContext& context, Reduction reduction) {
  SLIMC_ASSIGN(const View view, context.view(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.list_of("axes", 1));
  SLIMC_ASSIGN(const bool keeps_dims, context.flag("keepdims", true));
  SLIMC_ASSIGN(const bool does_nothing, context.flag("noop_with_empty_axes", false));
  SLIMC_ASSIGN(std::vector<int> axes, context.axes_of(named, view.rank()));
  if (axes.empty()) {
    if (does_nothing) return Imported(view);
    for (int d = 0; d < view.rank(); ++d) axes.push_back(d);
  }
  return reduce(context, view, axes, keeps_dims, reduction);
}

Result<Imported> convert_global(NodeContext& context, Reduction reduction) {
  SLIMC_ASSIGN(const View image, context.image(0));
  return reduce(context, image, {2, 3}, true, reduction);
}

}  // namespace

Result<Imported> convert_global_average_pool(NodeContext& context) {
  return convert_global(context, Reduction::Mean);
}

Result<Imported> convert_global_max_pool(NodeContext& context) {
  return convert_global(context, Reduction::Max);
}

Result<Imported> convert_reduce_mean(NodeContext& context) {
  return convert_reduction(context, Reduction::Mean);
}

Result<Imported> convert_reduce_sum(NodeContext& context) {
  return convert_reduction(context, Reduction::Sum);
}

Result<Imported> convert_reduce_max(NodeContext& context) {
  return convert_reduction(context, Reduction::Max);
}

}  // namespace slimc::frontend::onnx
