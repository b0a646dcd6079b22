#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {
namespace {

// What the model does with its image before anything else reads it.
struct ImageScale {
  ChannelAffine affine;
  std::string first, last;  // names of the ops
};

// The only reader of `value`; nothing where there are several or none.
std::optional<Value> only_reader(const Graph& graph, Value value) {
  std::optional<Value> reader;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const Op& op = graph.ops()[i];
    if (std::find(op.inputs.begin(), op.inputs.end(), value) == op.inputs.end()) continue;
    if (reader) return std::nullopt;
    reader = Value{static_cast<int>(i)};
  }
  return reader;
}

std::optional<ImageScale> image_scale(const Graph& graph) {
  std::optional<ImageScale> scale;
  Value value = graph.input;
  while (const auto reader = only_reader(graph, value)) {
    const Op& op = graph.op(*reader);
    const auto affine = channel_affine_chain(graph, *reader);
    if (!affine || affine->x != graph.input || op.shape != graph.op(graph.input).shape) break;
    if (!scale) scale = ImageScale{*affine, op.name, op.name};
    scale->affine = *affine;
    scale->last = op.name;
    value = *reader;
  }
  return scale;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Ranges of numbers that images come in.
enum class Range { Bytes, Unit, Symmetric };

// Networks are trained on numbers of about one (-1 to 1, 0 to 1, or a mean of 0 and a deviation of
// 1), or on 0 to 255 with or without their mean. So the factor tells what it is that is brought
// there. Bytes take one of 1/255 to 5/255 (1/255 over deviations of 0.2 to 1), 0 to 1 one of 1.5 to
// 8 or of about 255, -1 to 1 one of 1/2 or 127.5. Between them nothing is sure.
std::optional<Range> range_of(const ChannelAffine& affine) {
  const double scale = mean_of(affine.scale), offset = mean_of(affine.offset);
  const auto near = [](double x, double to) { return std::abs(x - to) <= 0.02 * to; };
  if (scale <= 0) return std::nullopt;
  if (near(scale, 1)) {
    // A mean alone is subtracted.
    if (offset <= -16) return Range::Bytes;
    if (offset <= -0.2 && offset >= -0.8) return Range::Unit;
    return std::nullopt;
  }
  if (scale >= 0.5 / 255 && scale <= 0.05) return Range::Bytes;
  if (near(scale, 0.5) && near(offset, 0.5)) return Range::Symmetric;
  if (near(scale, 127.5) && offset > 0) return Range::Symmetric;
  // 0 to 1 has a mean of about one half, -1 to 1 of about 0.
  if (scale >= 1.5 && scale <= 8 && offset <= -0.3 * scale && offset >= -0.7 * scale) {
    return Range::Unit;
  }
  if (near(scale, 255)) return Range::Unit;
  return std::nullopt;
}

std::string formula(const ChannelAffine& affine) {
  const auto same = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [&](double x) { return x == values[0]; });
  };
  if (!same(affine.scale) || !same(affine.offset)) return "a scale and an offset a channel";
  std::string text = fmt::format("x * {:.6g}", affine.scale[0]);
  if (affine.offset[0] != 0) {
    text += fmt::format(" {} {:.6g}", affine.offset[0] < 0 ? '-' : '+', std::abs(affine.offset[0]));
  }
  return text;
}

std::string where(const ImageScale& scale) {
  const std::string nodes = scale.first == scale.last
                                ? fmt::format("'{}'", scale.first)
                                : fmt::format("'{}' to '{}'", scale.first, scale.last);
  return fmt::format("{} ({})", nodes, formula(scale.affine));
}

PixelEncoding encoding_of(const ImageScale& scale) {
  PixelEncoding pixels;
  const auto range = range_of(scale.affine);
  if (!range) {
    pixels.evidence = where(scale) + " does not tell what is scaled";
    return pixels;
  }
  pixels.source = PixelEncoding::Source::Model;
  pixels.evidence = where(scale);
  if (*range == Range::Bytes) pixels.scale = {1}, pixels.offset = {0};
  if (*range == Range::Unit) pixels.scale = {1.0 / 255}, pixels.offset = {0};
  return pixels;
}

// Whether the image has several readers, some of which scale it.
bool branches_scale(const Graph& graph) {
  for (const Op& op : graph.ops()) {
    const auto affine = as_channel_affine(graph, op);
    if (affine && affine->x == graph.input) return true;
  }
  return false;
}

// Whether two encodings give numbers of the same range, if not the same numbers.
bool are_alike(const PixelEncoding& a, const PixelEncoding& b) {
  const double low = a.offset_of(0) - b.offset_of(0);
  const double high = low + 255 * (a.scale_of(0) - b.scale_of(0));
  const double range = 255 * std::abs(b.scale_of(0));
  return std::max(std::abs(low), std::abs(high)) <= 0.25 * range;
}

}  // namespace

Result<Graph> infer_pixels(const Graph& graph) {
  Graph result = graph;
  PixelEncoding& pixels = result.pixels;
  const bool is_user = pixels.source == PixelEncoding::Source::User;
  // A reader that knows why nothing tells has said so.
  const bool is_open = pixels.source == PixelEncoding::Source::Assumed && pixels.evidence.empty();
  if (!is_user && !is_open) return result;
  const auto scale = image_scale(graph);
  if (!scale) {
    if (is_open && branches_scale(graph)) {
      pixels.evidence = "several ops read the image, and what each does to it does not tell";
    }
    return result;
  }
  PixelEncoding inferred = encoding_of(*scale);
  if (!is_user) {
    inferred.order = pixels.order;
    pixels = std::move(inferred);
  } else if (inferred.source == PixelEncoding::Source::Model && !are_alike(pixels, inferred)) {
    pixels.evidence = inferred.evidence + " is for " + formula(inferred);
  }
  return result;
}

}  // namespace slimc
