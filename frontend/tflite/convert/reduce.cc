#include <algorithm>

#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

struct Reduction {
  Value x;
  std::vector<std::int64_t> axes;  // sorted, none below 0
  std::vector<std::int64_t> named;
  bool keep_dims = false;
};

Result<Reduction> read_reduction(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::ReducerOptions>());
  Reduction reduction;
  SLIMC_ASSIGN(reduction.x, context.tensor(0));
  SLIMC_ASSIGN(reduction.named, context.integers(1));
  reduction.keep_dims = options != nullptr && options->keep_dims();
  reduction.axes = reduction.named;
  const int rank = context.shape(reduction.x).rank();
  for (std::int64_t& axis : reduction.axes) {
    if (axis < 0 && axis >= -rank) axis += rank;
  }
  std::sort(reduction.axes.begin(), reduction.axes.end());
  const auto twice = std::unique(reduction.axes.begin(), reduction.axes.end());
  reduction.axes.erase(twice, reduction.axes.end());
  return reduction;
}

bool is_over_image(const Reduction& reduction) {
  return reduction.axes == std::vector<std::int64_t>{1, 2};
}

bool is_over_channels(const OpContext& context, const Reduction& reduction) {
  return reduction.axes == std::vector<std::int64_t>{context.shape(reduction.x).rank() - 1};
}

Failure refuse(const OpContext& context, const Reduction& reduction, const char* expected) {
  return context.fail(fmt::format("reduces the axes {} of {}; slimc reduces {}",
                                  Shape(reduction.named).to_string(),
                                  context.shape(reduction.x).to_string(), expected));
}

Result<Value> reduce_image(OpContext& context, OpKind kind, const Reduction& reduction) {
  SLIMC_TRY(context.expect_rank(reduction.x, 4));
  return context.emit(kind, {reduction.x}, ReduceAttributes{reduction.keep_dims});
}

Result<Value> reduce_channels(OpContext& context, OpKind kind, const Reduction& reduction) {
  SLIMC_ASSIGN(const Value result, context.emit(kind, {reduction.x}));
  if (reduction.keep_dims) return result;
  std::vector<std::int64_t> dims = context.shape(result).dims();
  dims.pop_back();
  return context.emit(OpKind::Reshape, {result}, ReshapeAttributes{Shape(std::move(dims))});
}

}  // namespace

Result<Imported> convert_mean(OpContext& context) {
  SLIMC_ASSIGN(const Reduction reduction, read_reduction(context));
  if (is_over_image(reduction)) return reduce_image(context, OpKind::Mean, reduction);
  return refuse(context, reduction, "height and width, [1,2]");
}

Result<Imported> convert_reduce_max(OpContext& context) {
  SLIMC_ASSIGN(const Reduction reduction, read_reduction(context));
  if (is_over_channels(context, reduction)) {
    return reduce_channels(context, OpKind::MaxChannels, reduction);
  }
  if (is_over_image(reduction)) return reduce_image(context, OpKind::Max, reduction);
  return refuse(context, reduction, "height and width, [1,2], or the last axis");
}

Result<Imported> convert_sum(OpContext& context) {
  SLIMC_ASSIGN(const Reduction reduction, read_reduction(context));
  if (is_over_channels(context, reduction)) {
    return reduce_channels(context, OpKind::SumChannels, reduction);
  }
  if (!is_over_image(reduction)) {
    return refuse(context, reduction, "height and width, [1,2], or the last axis");
  }
  // The mean, times the number of pixels.
  SLIMC_ASSIGN(const Value mean, reduce_image(context, OpKind::Mean, reduction));
  const Shape& image = context.shape(reduction.x);
  const auto pixels = static_cast<float>(image[1] * image[2]);
  const Value factor = context.new_constant("pixels", Tensor{Shape{}, {pixels}});
  return context.emit(OpKind::Mul, {mean, factor});
}

}  // namespace slimc::frontend::tflite
