// Rectangular parts of tensors: a partitioned variable is stored in several.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/tensorflow/proto/tensor.pb.h"
#include "ir/graph.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

// Elements [starts[d], starts[d] + shape[d]) of each dimension.
struct TensorSlice {
  std::vector<std::int64_t> starts;
  Shape shape;
};

// The part of a tensor that `proto` means, or why it is none ("lies outside of [4,2]"). What the
// proto leaves out stands for all.
tl::expected<TensorSlice, std::string> to_slice(const tensorflow::TensorSliceProto& proto,
                                                const Shape& tensor);

// "0,4:-": start and length of each dimension, "-" for all of it; as TensorFlow writes slices.
std::string to_string(const tensorflow::TensorSliceProto& proto);

// The key under which a slice lies in the table of a checkpoint (EncodeTensorNameSlice() of
// tensorflow/core/util/saved_tensor_slice_util.cc). It begins with a zero byte, names do not.
std::string slice_key(std::string_view tensor, const tensorflow::TensorSliceProto& slice);

// A tensor of `shape` from its slices and their elements, as many as each one's shape says, or what
// is wrong with them ("its slices cover 6 of 8 elements"). Nothing is allocated before the slices
// fill the shape.
tl::expected<std::vector<float>, std::string> assemble(
    const Shape& shape, const std::vector<TensorSlice>& slices,
    const std::vector<std::vector<float>>& elements);

}  // namespace slimc::frontend
