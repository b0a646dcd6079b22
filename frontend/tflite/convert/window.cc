#include "frontend/tflite/convert/window.h"

#include <algorithm>

namespace slimc::frontend::tflite {
namespace {

// Larger windows or steps are damage; the bound keeps the arithmetic from overflowing.
constexpr std::int64_t kMaxExtent = 1 << 20;

}  // namespace

Result<Extent> extent(const OpContext& context, const char* what, std::int64_t h, std::int64_t w) {
  if (std::min(h, w) >= 1 && std::max(h, w) <= kMaxExtent) return Extent{h, w};
  return context.fail(fmt::format("its {} is {}x{}, expected 1 to {}", what, h, w, kMaxExtent));
}

Result<Padding> window_padding(const OpContext& context, schema::Padding padding,
                               const Shape& image, Extent kernel, Extent stride, Extent dilation) {
  switch (padding) {
    case schema::Padding::SAME:
      return same_padding(image[1], image[2], kernel.h, kernel.w, stride.h, stride.w, dilation.h,
                          dilation.w);
    case schema::Padding::VALID:
      return Padding{};
  }
  return context.fail(
      fmt::format("its padding is {}, expected 0 (SAME) or 1 (VALID)", static_cast<int>(padding)));
}

}  // namespace slimc::frontend::tflite
