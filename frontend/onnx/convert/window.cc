#include "frontend/onnx/convert/window.h"

#include <algorithm>
#include <utility>

namespace slimc::frontend::onnx {
namespace {

// Larger windows or steps are damage; the bound keeps the arithmetic from overflowing.
constexpr std::int64_t kMaxExtent = 1 << 20;

// [top, left, bottom, right]
Result<Padding> read_pads(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> pads, context.integer_list("pads"));
  if (pads.empty()) return Padding{};
  const bool valid = pads.size() == 4 && std::all_of(pads.begin(), pads.end(), [](std::int64_t p) {
                       return p >= 0 && p <= kMaxExtent;
                     });
  if (valid) return Padding{pads[0], pads[2], pads[1], pads[3]};
  return context.fail("its pads are " + Shape(pads).to_string() +
                      ", expected [top,left,bottom,right]");
}

}  // namespace

Result<Extent> extent(NodeContext& context, const char* name, Extent otherwise) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> sizes, context.integer_list(name));
  if (sizes.empty() && !context.has_attribute(name)) return otherwise;
  const bool valid = sizes.size() == 2 && std::min(sizes[0], sizes[1]) >= 1 &&
                     std::max(sizes[0], sizes[1]) <= kMaxExtent;
  if (valid) return Extent{sizes[0], sizes[1]};
  return context.fail(fmt::format("its {} are {}, expected two numbers from 1 to {}", name,
                                  Shape(sizes).to_string(), kMaxExtent));
}

Result<Window> read_window(NodeContext& context, const View& image, Extent kernel) {
  Window window{.kernel = kernel};
  SLIMC_ASSIGN(window.stride, extent(context, "strides", {1, 1}));
  SLIMC_ASSIGN(window.dilation, extent(context, "dilations", {1, 1}));
  SLIMC_ASSIGN(const Padding pads, read_pads(context));
  SLIMC_ASSIGN(const std::string automatic, context.text("auto_pad", "NOTSET"));
  if (automatic == "NOTSET" || automatic.empty()) {
    window.padding = pads;
    return window;
  }
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    window.padding = same_padding(image.dims[2], image.dims[3], kernel.h, kernel.w, window.stride.h,
                                  window.stride.w, window.dilation.h, window.dilation.w);
    if (automatic == "SAME_LOWER") {
      std::swap(window.padding.top, window.padding.bottom);
      std::swap(window.padding.left, window.padding.right);
    }
  } else if (automatic != "VALID") {
    return context.fail(
        fmt::format("its auto_pad is '{}', expected NOTSET, SAME_UPPER, SAME_LOWER "
                    "or VALID",
                    automatic));
  }
  if (pads != Padding{} && pads != window.padding) {
    return context.fail(
        fmt::format("has pads and an auto_pad of {}, which say different things", automatic));
  }
  return window;
}

}  // namespace slimc::frontend::onnx
