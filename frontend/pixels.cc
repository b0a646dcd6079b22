#include "frontend/pixels.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc::frontend {

void mark_cut_off(Graph& graph) {
  if (graph.pixels.source != PixelEncoding::Source::Assumed) return;
  graph.pixels.evidence = "what the model does in front of '" + graph.op(graph.input).name +
                          "' is cut off, and with it what its numbers are";
}

Result<void> apply_pixels(const ModelRequest& request, Graph& graph) {
  if (request.pixels) graph.pixels = *request.pixels;
  if (request.order) {
    // Means that came with an order of their own are moved with it.
    if (request.pixels && request.pixels_have_order && *request.order != graph.pixels.order) {
      std::reverse(graph.pixels.scale.begin(), graph.pixels.scale.end());
      std::reverse(graph.pixels.offset.begin(), graph.pixels.offset.end());
    }
    graph.pixels.order = *request.order;
  }
  const std::int64_t channels = graph.op(graph.input).shape[3];
  for (const auto* numbers : {&graph.pixels.scale, &graph.pixels.offset}) {
    const auto count = static_cast<std::int64_t>(numbers->size());
    if (count == 1 || count == channels) continue;
    return fail(
        {.file = graph.file,
         .message = fmt::format("--input gives {} scales or offsets, and the images have {} "
                                "channels; expected one, or one a channel",
                                count, channels),
         .blame = Blame::Usage});
  }
  if (graph.pixels.order == ChannelOrder::Bgr && channels != 3) {
    return fail(
        {.file = graph.file,
         .message = fmt::format("blue, green, red is an order of 3 channels, and the images "
                                "have {}",
                                channels),
         .blame = Blame::Usage});
  }
  return {};
}

}  // namespace slimc::frontend
