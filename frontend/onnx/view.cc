#include "frontend/onnx/view.h"

#include <algorithm>
#include <numeric>

namespace slimc::frontend::onnx {
namespace {

std::vector<int> ascending(std::size_t count) {
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::vector<Atom> one_atom_each(const std::vector<std::int64_t>& dims) {
  std::vector<Atom> atoms;
  for (std::size_t d = 0; d < dims.size(); ++d) {
    if (dims[d] != 1) atoms.push_back({dims[d], static_cast<int>(d)});
  }
  return atoms;
}

}  // namespace

View plain_view(Value value, std::vector<std::int64_t> dims) {
  View view{.value = value, .dims = std::move(dims)};
  view.atoms = one_atom_each(view.dims);
  view.order = ascending(view.atoms.size());
  return view;
}

View image_view(Value value, const Shape& nhwc) {
  return transposed(plain_view(value, nhwc.dims()), {0, 3, 1, 2});
}

View transposed(const View& view, const std::vector<std::int64_t>& perm) {
  View result{.value = view.value};
  std::vector<int> new_index(view.atoms.size());
  for (std::size_t d = 0; d < perm.size(); ++d) {
    const auto from = static_cast<int>(perm[d]);
    result.dims.push_back(view.dims[static_cast<std::size_t>(from)]);
    for (std::size_t a = 0; a < view.atoms.size(); ++a) {
      if (view.atoms[a].dim != from) continue;
      new_index[a] = static_cast<int>(result.atoms.size());
      result.atoms.push_back({view.atoms[a].size, static_cast<int>(d)});
    }
  }
  for (const int atom : view.order) {
    result.order.push_back(new_index[static_cast<std::size_t>(atom)]);
  }
  return result;
}

std::optional<View> reshaped(const View& view, const std::vector<std::int64_t>& dims) {
  if (is_plain(view)) return plain_view(view.value, dims);
  View result{.value = view.value, .dims = dims};
  // parts[a]: the new atoms that old atom a became.
  std::vector<std::vector<int>> parts(view.atoms.size());
  std::size_t d = 0;
  std::int64_t open = dims.empty() ? 1 : dims[0];  // what is left to fill of dimension d
  for (std::size_t a = 0; a < view.atoms.size(); ++a) {
    std::int64_t left = view.atoms[a].size;
    while (left > 1) {
      while (open == 1 && d + 1 < dims.size()) open = dims[++d];
      if (open == 1) return std::nullopt;
      const std::int64_t taken = std::min(left, open);
      if (left % taken != 0 || open % taken != 0) return std::nullopt;
      parts[a].push_back(static_cast<int>(result.atoms.size()));
      result.atoms.push_back({taken, static_cast<int>(d)});
      left /= taken;
      open /= taken;
    }
  }
  for (const int atom : view.order) {
    const auto& made = parts[static_cast<std::size_t>(atom)];
    result.order.insert(result.order.end(), made.begin(), made.end());
  }
  return result;
}

View with_rank(const View& view, int rank) {
  View result = view;
  const int more = std::max(0, rank - view.rank());
  result.dims.insert(result.dims.begin(), static_cast<std::size_t>(more), 1);
  for (Atom& atom : result.atoms) atom.dim += more;
  return result;
}

bool has_order(const View& view, const std::vector<int>& dims) {
  std::vector<int> wanted;
  for (const int d : dims) {
    for (std::size_t a = 0; a < view.atoms.size(); ++a) {
      if (view.atoms[a].dim == d) wanted.push_back(static_cast<int>(a));
    }
  }
  return wanted == view.order;
}

bool is_plain(const View& view) { return std::is_sorted(view.order.begin(), view.order.end()); }

bool is_image(const View& view) { return view.rank() == 4 && has_order(view, {0, 2, 3, 1}); }

Walk walk_of(const View& view) {
  std::vector<std::int64_t> file_strides(view.atoms.size());
  std::int64_t stride = 1;
  for (std::size_t a = view.atoms.size(); a-- > 0;) {
    file_strides[a] = stride;
    stride *= view.atoms[a].size;
  }
  Walk walk;
  for (const int atom : view.order) {
    const auto a = static_cast<std::size_t>(atom);
    walk.sizes.push_back(view.atoms[a].size);
    walk.strides.push_back(file_strides[a]);
    walk.dims.push_back(view.atoms[a].dim);
  }
  return walk;
}

}  // namespace slimc::frontend::onnx
