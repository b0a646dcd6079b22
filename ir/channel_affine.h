// Ops that multiply every channel by a constant and add a constant to it, in all their spellings.
#pragma once

#include <optional>
#include <vector>

#include "ir/graph.h"

namespace slimc {

// The value of a Constant for each channel (the last dimension) of a tensor of `shape`, if
// broadcasting it against that tensor leaves the tensor's shape as it is and gives every pixel the
// same: shapes like [], [1], [c], [1,1,1,c].
std::optional<std::vector<double>> channel_constant(const Graph& graph, Value value,
                                                    const Shape& shape);

// y = x * scale[c] + offset[c]
struct ChannelAffine {
  Value x;
  std::vector<double> scale, offset;
};

// BatchNorm, BiasAdd, and Add, Sub, Mul, Div of a value and a constant (on either side, except that
// a constant divided by a value is not affine). Nothing for other ops.
std::optional<ChannelAffine> as_channel_affine(const Graph& graph, const Op& op);

// All of them in a row that end in `value`, as one.
std::optional<ChannelAffine> channel_affine_chain(const Graph& graph, Value value);

}  // namespace slimc
