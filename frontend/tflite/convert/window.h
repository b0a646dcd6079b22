// What convolutions and pools have in common.
#pragma once

#include "frontend/tflite/convert/op_context.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

struct Extent {
  std::int64_t h = 1, w = 1;
};

// `what` is for a diagnostic: "stride". From 1 to a million.
Result<Extent> extent(const OpContext& context, const char* what, std::int64_t h, std::int64_t w);

// SAME and VALID as pixels around `image` [n,h,w,c].
Result<Padding> window_padding(const OpContext& context, schema::Padding padding,
                               const Shape& image, Extent kernel, Extent stride,
                               Extent dilation = {});

}  // namespace slimc::frontend::tflite
