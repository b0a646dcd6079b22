// What convolutions and pools have in common.
#pragma once

#include "frontend/onnx/convert/node_context.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

struct Extent {
  std::int64_t h = 1, w = 1;
};

struct Window {
  Extent kernel, stride, dilation;
  Padding padding;
};

// The attributes strides, dilations, pads and auto_pad, for a kernel over `image` [n,c,h,w].
Result<Window> read_window(NodeContext& context, const View& image, Extent kernel);

// [h, w] of an attribute; `otherwise` where it is not there. From 1 to a million.
Result<Extent> extent(NodeContext& context, const char* name, Extent otherwise);

}  // namespace slimc::frontend::onnx
