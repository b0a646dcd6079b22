// Multiplying a per-channel scale and offset into a convolution's weights and bias.
#pragma once

#include <optional>

#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {

// The convolution that computes what `op`, which is `affine`, computes behind it:
// (W*x + b) * scale + offset = (W*scale) * x + (b*scale + offset). Nothing if there is no such
// convolution in front: weights must be constant, and neither another user nor an activation may
// want the result without `op`.
std::optional<Value> fold_into_convolution(Rewriter& rewriter, const Op& op,
                                           const ChannelAffine& affine);

}  // namespace slimc
