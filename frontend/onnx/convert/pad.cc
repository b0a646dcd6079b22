#include <algorithm>

#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

constexpr std::int64_t kMaxPadding = 1 << 20;

// What comes before and behind each dimension.
struct Pads {
  std::vector<std::int64_t> before, behind;
};

Result<Pads> read_pads(NodeContext& context, int rank) {
  std::vector<std::int64_t> stored;
  if (context.opset() < 2 && context.has_attribute("paddings")) {
    SLIMC_ASSIGN(stored, context.integer_list("paddings"));
  } else {
    SLIMC_ASSIGN(stored, context.list_of("pads", 1));
  }
  std::vector<int> axes;
  if (context.has_input(3)) {
    SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.integer_list(3));
    // In the order of the pads, which need not ascend.
    for (const std::int64_t axis : named) {
      SLIMC_ASSIGN(const int resolved, context.axis_of(axis, rank));
      axes.push_back(resolved);
    }
    SLIMC_TRY(context.axes_of(named, rank));
  } else {
    for (int d = 0; d < rank; ++d) axes.push_back(d);
  }
  const bool valid = stored.size() == 2 * axes.size() &&
                     std::all_of(stored.begin(), stored.end(),
                                 [](std::int64_t p) { return p >= 0 && p <= kMaxPadding; });
  if (!valid) {
    return context.fail(fmt::format("its pads are {}; expected {} numbers, none of them negative",
                                    Shape(stored).to_string(), 2 * axes.size()));
  }
  Pads pads{std::vector<std::int64_t>(static_cast<std::size_t>(rank)),
            std::vector<std::int64_t>(static_cast<std::size_t>(rank))};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    pads.before[static_cast<std::size_t>(axes[i])] = stored[i];
    pads.behind[static_cast<std::size_t>(axes[i])] = stored[axes.size() + i];
  }
  return pads;
}

}  // namespace

Result<Imported> convert_pad(NodeContext& context) {
  SLIMC_ASSIGN(const View view, context.view(0));
  SLIMC_ASSIGN(const std::string mode, context.text("mode", "constant"));
  SLIMC_ASSIGN(float value, context.number("value", 0));
  if (context.has_input(2)) {
    SLIMC_ASSIGN(value, context.scalar(2));
  }
  SLIMC_ASSIGN(const Pads pads, read_pads(context, view.rank()));
  std::vector<int> padded;
  for (int d = 0; d < view.rank(); ++d) {
    const auto i = static_cast<std::size_t>(d);
    if (pads.before[i] != 0 || pads.behind[i] != 0) padded.push_back(d);
  }
  if (padded.empty()) return Imported(view);
  if (mode != "constant" || value != 0) {
    return context.fail(
        fmt::format("pads with {}; slimc pads with zeros",
                    mode != "constant" ? "mode '" + mode + "'" : fmt::format("{}", value)));
  }
  const auto is_within = [&](int first, int last) {
    return padded.front() >= first && padded.back() <= last;
  };
  // Height and width: dimensions 2 and 3 of an NCHW image, 1 and 2 of one that the file has as
  // NHWC.
  const bool is_channels_first = view.rank() == 4 && is_image(view) && is_within(2, 3);
  const bool is_channels_last = view.rank() == 4 && is_plain(view) && is_within(1, 2);
  if (!is_channels_first && !is_channels_last) {
    return context.fail(fmt::format(
        "pads dimensions of {} other than height and width by {} and {}", view.shape().to_string(),
        Shape(pads.before).to_string(), Shape(pads.behind).to_string()));
  }
  const std::size_t h = is_channels_first ? 2 : 1;
  const auto& d = view.dims;
  SLIMC_ASSIGN(Value result,
               context.with_shape(
                   view.value, is_channels_first ? Shape{d[0], d[2], d[3], d[1]} : view.shape()));
  SLIMC_ASSIGN(
      result, context.emit(OpKind::Pad, {result},
                           PadAttributes{Padding{pads.before[h], pads.behind[h], pads.before[h + 1],
                                                 pads.behind[h + 1]}}));
  const Shape& shape = context.op(result).shape;
  return Imported(is_channels_first ? image_view(result, shape) : plain_view(result, shape.dims()));
}

}  // namespace slimc::frontend::onnx
