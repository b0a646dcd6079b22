// How a tensor of the file lies in the IR.
//
// ONNX's images are NCHW, the IR's NHWC, and files transpose and reshape between the two. No data
// is moved for that: a View says in which order the IR's tensor has the file's dimensions. A
// reshape of the file cuts dimensions into parts ("atoms") or puts atoms together, a transposition
// reorders them; both change the view alone. Sizes of 1 have no atoms, so they are free to come and
// go.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ir/graph.h"

namespace slimc::frontend::onnx {

struct Atom {
  std::int64_t size = 1;
  int dim = 0;  // of the file's tensor
};

struct View {
  Value value = {};
  std::vector<std::int64_t> dims = {};  // of the file's tensor
  std::vector<Atom> atoms = {};         // none of size 1; their dims ascend
  std::vector<int> order = {};          // order[i]: the atom at place i of the IR's tensor

  Shape shape() const { return Shape(dims); }
  int rank() const { return static_cast<int>(dims.size()); }
};

// The IR has the file's order.
View plain_view(Value value, std::vector<std::int64_t> dims);

// `value` is [n,h,w,c]; the file says [n,c,h,w].
View image_view(Value value, const Shape& nhwc);

// The tensor whose dimension i is dimension perm[i] of this one.
View transposed(const View& view, const std::vector<std::int64_t>& perm);

// The same elements in the file's order, as other dimensions. Nothing if the IR would have to move
// data first.
std::optional<View> reshaped(const View& view, const std::vector<std::int64_t>& dims);

// With dimensions of 1 in front, up to `rank`.
View with_rank(const View& view, int rank);

// Whether the IR has the dimensions of the file's tensor in this order.
bool has_order(const View& view, const std::vector<int>& dims);
bool is_plain(const View& view);
bool is_image(const View& view);  // file [n,c,h,w], IR n, h, w, c

// For each place of the IR's tensor the sizes and the file's index: `strides[i]` is what one step
// along place i is in the file's row-major tensor.
struct Walk {
  std::vector<std::int64_t> sizes;    // of the atoms, in the IR's order
  std::vector<std::int64_t> strides;  // in the file's tensor
  std::vector<int> dims;              // the file's dimension of each
};
Walk walk_of(const View& view);

}  // namespace slimc::frontend::onnx
