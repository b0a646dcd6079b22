#include "frontend/tensorflow/convert/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc::frontend {
namespace {

// Larger windows, steps or paddings are damage; the bound keeps the arithmetic from overflowing.
constexpr std::int64_t kMaxExtent = 1 << 20;

}  // namespace

Result<Extent> window_attribute(const NodeContext& context, const std::string& name,
                                bool required) {
  if (!required && !context.has(name)) return Extent{};
  const std::vector<std::int64_t> list = context.list(name);
  const bool valid = list.size() == 4 && list[0] == 1 && list[3] == 1 && list[1] >= 1 &&
                     list[2] >= 1 && list[1] <= kMaxExtent && list[2] <= kMaxExtent;
  if (!valid) {
    return context.fail(
        fmt::format("its {} are {}, expected [1,h,w,1]", name, Shape(list).to_string()));
  }
  return Extent{list[1], list[2]};
}

Result<Padding> window_padding(const NodeContext& context, const Shape& image, Extent kernel,
                               Extent stride, Extent dilation) {
  const std::string kind = context.text("padding", "");
  if (kind == "VALID") return Padding{};
  if (kind == "SAME") {
    return same_padding(image[1], image[2], kernel.h, kernel.w, stride.h, stride.w, dilation.h,
                        dilation.w);
  }
  if (kind == "EXPLICIT") {
    // Before and after, for each of n, h, w, c.
    const std::vector<std::int64_t> list = context.list("explicit_paddings");
    const bool valid = list.size() == 8 && list[0] == 0 && list[1] == 0 && list[6] == 0 &&
                       list[7] == 0 && std::all_of(list.begin(), list.end(), [](std::int64_t pad) {
                         return pad >= 0 && pad <= kMaxExtent;
                       });
    if (!valid) {
      return context.fail("its explicit_paddings are " + Shape(list).to_string() +
                          ", expected [0,0,top,bottom,left,right,0,0]");
    }
    return Padding{list[2], list[3], list[4], list[5]};
  }
  return context.fail("its padding is '" + kind + "', expected SAME, VALID or EXPLICIT");
}

}  // namespace slimc::frontend
