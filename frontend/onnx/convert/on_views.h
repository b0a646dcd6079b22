// Element-wise arithmetic with tensors that the network computes, in whatever order the IR has
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "frontend/onnx/convert/node_context.h"

namespace slimc::frontend::onnx {

// https://numpy.org/doc/stable/user/basics.broadcasting.html
std::optional<std::vector<std::int64_t>> broadcast(std::vector<std::int64_t> x,
                                                   std::vector<std::int64_t> y);

// Two shapes that broadcast() gives nothing for.
Failure do_not_fit(const NodeContext& context, const std::vector<std::int64_t>& x,
                   const std::vector<std::int64_t>& y);

// The inputs `left` and `right`, of which at least one is computed.
Result<Imported> on_views(NodeContext& context, OpKind kind, int left, int right);

}  // namespace slimc::frontend::onnx
