#include "frontend/onnx/convert/on_views.h"

#include <algorithm>

#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {
namespace {

// How many atoms each dimension of the IR's tensor has; nothing where its dimensions are not made
// of whole atoms.
std::optional<std::vector<std::size_t>> atoms_of_dims(const Shape& shape, const Walk& walk) {
  std::vector<std::size_t> counts;
  std::size_t next = 0;
  for (const std::int64_t dim : shape.dims()) {
    std::int64_t product = 1;
    std::size_t count = 0;
    while (product < dim && next < walk.sizes.size()) {
      product *= walk.sizes[next++];
      ++count;
    }
    if (product != dim) return std::nullopt;
    counts.push_back(count);
  }
  return next == walk.sizes.size() ? std::optional(counts) : std::nullopt;
}

// The view with an IR shape whose dimensions are whole atoms.
Result<View> aligned(NodeContext& context, View view) {
  if (atoms_of_dims(context.op(view.value).shape, walk_of(view))) return view;
  const auto& d = view.dims;
  Shape wanted(walk_of(view).sizes);
  if (is_plain(view)) {
    wanted = view.shape();
  } else if (is_image(view)) {
    wanted = Shape{d[0], d[2], d[3], d[1]};
  }
  SLIMC_ASSIGN(view.value, context.with_shape(view.value, wanted));
  return view;
}

// Shape without leading ones, which broadcasting does not need.
Shape shortened(std::vector<std::int64_t> dims) {
  const auto first = std::find_if(dims.begin(), dims.end(), [](std::int64_t d) { return d != 1; });
  dims.erase(dims.begin(), first);
  return Shape(std::move(dims));
}

// A constant in the order that the IR has for `view`, with dimensions of 1 where it is the same
// along them.
Result<Value> constant_beside(NodeContext& context, const View& view, int index,
                              const Tensor& tensor) {
  if (tensor.data.size() == 1) {
    return context.constant(context.node().input(index), "", Tensor{Shape{}, tensor.data});
  }
  const int rank = view.rank();
  std::vector<std::int64_t> dims = tensor.shape.dims();
  dims.insert(dims.begin(), static_cast<std::size_t>(rank) - dims.size(), 1);
  const Walk walk = walk_of(view);
  const auto counts = atoms_of_dims(context.op(view.value).shape, walk);
  // Strides of the constant by the file's dimensions, then by atoms; 0 where it is the same.
  std::vector<std::int64_t> atom_strides(view.atoms.size());
  std::int64_t stride = 1;
  for (int d = rank; d-- > 0;) {
    const bool varies = dims[static_cast<std::size_t>(d)] != 1;
    std::int64_t within = stride;
    for (std::size_t a = view.atoms.size(); a-- > 0;) {
      if (view.atoms[a].dim != d) continue;
      atom_strides[a] = varies ? within : 0;
      within *= view.atoms[a].size;
    }
    stride *= dims[static_cast<std::size_t>(d)];
  }
  std::vector<std::int64_t> indices = {0}, shape;
  std::size_t place = 0;
  for (const std::size_t count : *counts) {
    std::int64_t size = 1;
    const auto varies = [&](std::size_t p) {
      return atom_strides[static_cast<std::size_t>(view.order[p])] != 0;
    };
    bool any = false;
    for (std::size_t p = place; p < place + count; ++p) any = any || varies(p);
    for (std::size_t p = place; any && p < place + count; ++p) {
      const std::int64_t step = atom_strides[static_cast<std::size_t>(view.order[p])];
      if (bounded_product({std::ssize(indices), walk.sizes[p]}) > kMaxElements) {
        return context.fail("broadcasts a constant to more elements than slimc takes");
      }
      std::vector<std::int64_t> next;
      next.reserve(indices.size() * static_cast<std::size_t>(walk.sizes[p]));
      for (const std::int64_t i : indices) {
        for (std::int64_t k = 0; k < walk.sizes[p]; ++k) next.push_back(i + k * step);
      }
      indices = std::move(next);
      size *= walk.sizes[p];
    }
    shape.push_back(size);
    place += count;
  }
  Tensor laid_out{shortened(std::move(shape)), {}};
  laid_out.data.reserve(indices.size());
  for (const std::int64_t i : indices)
    laid_out.data.push_back(tensor.data[static_cast<std::size_t>(i)]);
  return context.constant(context.node().input(index), laid_out.data == tensor.data ? "" : "hwc",
                          std::move(laid_out));
}

// `small` as the IR can broadcast it against `large`: it has the same dimensions, or 1 where large
// has more. Nothing where the two do not lie alike.
std::optional<Shape> shape_beside(const NodeContext& context, const View& large,
                                  const View& small) {
  const Walk walk = walk_of(large);
  const auto counts = atoms_of_dims(context.op(large.value).shape, walk);
  const Walk other = walk_of(small);
  std::size_t next = 0, place = 0;
  std::vector<std::int64_t> shape;
  for (const std::size_t count : *counts) {
    std::int64_t size = 1;
    std::size_t found = 0;
    for (std::size_t p = place; p < place + count; ++p) {
      if (next >= other.sizes.size() || other.dims[next] != walk.dims[p] ||
          other.sizes[next] != walk.sizes[p]) {
        continue;
      }
      size *= walk.sizes[p];
      ++found;
      ++next;
    }
    if (found != 0 && found != count) return std::nullopt;
    shape.push_back(size);
    place += count;
  }
  if (next != other.sizes.size()) return std::nullopt;
  return Shape(std::move(shape));
}

}  // namespace

std::optional<std::vector<std::int64_t>> broadcast(std::vector<std::int64_t> x,
                                                   std::vector<std::int64_t> y) {
  const std::size_t rank = std::max(x.size(), y.size());
  x.insert(x.begin(), rank - x.size(), 1);
  y.insert(y.begin(), rank - y.size(), 1);
  for (std::size_t d = 0; d < rank; ++d) {
    if (x[d] != y[d] && x[d] != 1 && y[d] != 1) return std::nullopt;
    if (x[d] == 1) x[d] = y[d];
  }
  return x;
}

Failure do_not_fit(const NodeContext& context, const std::vector<std::int64_t>& x,
                   const std::vector<std::int64_t>& y) {
  return context.fail(fmt::format("{} and {} cannot be broadcast together", Shape(x).to_string(),
                                  Shape(y).to_string()));
}

Result<Imported> on_views(NodeContext& context, OpKind kind, int left, int right) {
  const bool computes_left = context.is_computed(left), computes_right = context.is_computed(right);
  SLIMC_ASSIGN(const Imported x, context.input(left));
  SLIMC_ASSIGN(const Imported y, context.input(right));
  const auto result = broadcast(dims_of(x), dims_of(y));
  if (!result) return do_not_fit(context, dims_of(x), dims_of(y));
  const int rank = static_cast<int>(result->size());
  if (computes_left != computes_right) {
    View view = with_rank(std::get<View>(computes_left ? x : y), rank);
    if (view.dims != *result) {
      return context.fail(fmt::format("broadcasts {} to {} by a constant, which slimc does not do",
                                      view.shape().to_string(), Shape(*result).to_string()));
    }
    const int other = computes_left ? right : left;
    SLIMC_ASSIGN(const FloatTensor tensor, context.floats(other));
    SLIMC_ASSIGN(view, aligned(context, std::move(view)));
    SLIMC_ASSIGN(const Value constant, constant_beside(context, view, other, *tensor));
    SLIMC_ASSIGN(view.value,
                 context.emit(kind, computes_left ? std::vector<Value>{view.value, constant}
                                                  : std::vector<Value>{constant, view.value}));
    return Imported(std::move(view));
  }
  View one = with_rank(std::get<View>(x), rank), two = with_rank(std::get<View>(y), rank);
  const bool is_left_large = one.dims == *result;
  View& large = is_left_large ? one : two;
  View& small = is_left_large ? two : one;
  if (large.dims != *result) return do_not_fit(context, one.dims, two.dims);
  SLIMC_ASSIGN(large, aligned(context, std::move(large)));
  const auto shape = shape_beside(context, large, small);
  if (!shape) {
    return context.fail(
        fmt::format("combines {} and {}, which the IR has in different orders; "
                    "slimc moves no data for it",
                    one.shape().to_string(), two.shape().to_string()));
  }
  SLIMC_ASSIGN(small.value, context.with_shape(small.value, *shape));
  View combined = large;
  SLIMC_ASSIGN(combined.value, context.emit(kind, {one.value, two.value}));
  return Imported(std::move(combined));
}

}  // namespace slimc::frontend::onnx
