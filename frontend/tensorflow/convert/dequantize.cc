// Weights that were stored in 8 bits: quantize_weights of the graph transform tool leaves a
// Dequantize behind each large constant, and all arithmetic in floats.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;

// The numbers that the type can hold.
struct Limits {
  double lowest = 0, highest = 0;
};

std::optional<Limits> limits_of(DataType type) {
  switch (type) {
    case DataType::DT_QUINT8:
      return Limits{0, 255};
    case DataType::DT_QINT8:
      return Limits{-128, 127};
    case DataType::DT_QUINT16:
      return Limits{0, 65535};
    case DataType::DT_QINT16:
      return Limits{-32768, 32767};
    default:
      return std::nullopt;
  }
}

// One range: how TensorFlow turns a stored number into a float.
class Scale {
 public:
  Scale(const std::string& mode, Limits limits, float low, float high, bool narrow) {
    const double steps = limits.highest - limits.lowest;
    if (mode == "SCALED") {
      const double lowest = limits.lowest + (narrow ? 1 : 0);
      factor_ = limits.lowest == 0 ? high / limits.highest
                                   : std::max(low / lowest, high / limits.highest);
    } else if (mode == "MIN_FIRST") {
      // TensorFlow's kernel rounds the range so that 0 is one of its numbers, as it did when it
      // quantised, and computes in float32; its documentation leaves both out.
      const auto step = static_cast<float>((high - low) / steps);
      const float first = low == high ? low : std::round(low / step) * step;
      factor_ = step;
      offset_ = first - static_cast<float>(limits.lowest) * step;
    } else {
      factor_ = (static_cast<double>(high) - low) / steps;
      const double half = limits.lowest == 0 ? 0 : (steps + 1) / 2;
      offset_ = low + half * factor_;
    }
  }

  float operator()(std::int64_t number) const {
    return static_cast<float>(static_cast<double>(number) * factor_ + offset_);
  }

 private:
  double factor_ = 0, offset_ = 0;
};

Result<std::vector<float>> range_input(const NodeContext& context, int index, std::int64_t count,
                                       const Graph& graph) {
  SLIMC_ASSIGN(const Value value, context.tensor(index));
  const Op& op = graph.op(value);
  if (op.kind == OpKind::Constant && op.shape.elements() == count) return op.constant->data;
  return context.fail(
      fmt::format("its range '{}' must be a constant of {} numbers", op.name, count));
}

}  // namespace

Result<Imported> convert_dequantize(NodeContext& context) {
  SLIMC_TRY(context.expect_float("dtype"));
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  const auto* packed = std::get_if<PackedTensor>(&imported);
  if (packed == nullptr) {
    return context.fail(
        "dequantises what is no constant: the network computes with quantised numbers, which "
        "slimc does not read in this form");
  }
  const DataType type = packed->proto->dtype();
  const std::string mode = context.text("mode", "MIN_COMBINED");
  const auto limits = limits_of(type);
  if (!limits || (mode != "MIN_COMBINED" && mode != "MIN_FIRST" && mode != "SCALED")) {
    return context.fail(fmt::format("dequantises {} by the mode '{}', which slimc does not do",
                                    name_of(type), mode));
  }
  // Which dimension has ranges of its own.
  const std::int64_t axis = context.integer_attribute("axis", -1);
  if (axis < -1 || axis >= packed->shape.rank()) {
    return context.fail(
        fmt::format("its axis is {}, of a tensor of shape {}", axis, packed->shape.to_string()));
  }
  const std::int64_t ranges = axis < 0 ? 1 : packed->shape[static_cast<int>(axis)];
  const Graph& graph = context.state().graph;
  SLIMC_ASSIGN(const std::vector<float> low, range_input(context, 1, ranges, graph));
  SLIMC_ASSIGN(const std::vector<float> high, range_input(context, 2, ranges, graph));
  const bool narrow = context.flag("narrow_range", false);
  std::vector<Scale> scales;
  for (std::size_t r = 0; r < low.size(); ++r) {
    scales.emplace_back(mode, *limits, low[r], high[r], narrow);
  }

  SLIMC_ASSIGN(const IntegerTensor numbers, context.unpack(*packed));
  std::int64_t inner = 1;  // elements in a row of one range
  for (int d = static_cast<int>(axis) + 1; axis >= 0 && d < packed->shape.rank(); ++d) {
    inner *= packed->shape[d];
  }
  Tensor tensor{packed->shape, {}};
  tensor.data.reserve(numbers.data.size());
  for (std::size_t i = 0; i < numbers.data.size(); ++i) {
    const auto range = axis < 0 ? 0 : static_cast<std::int64_t>(i) / inner % ranges;
    tensor.data.push_back(scales[static_cast<std::size_t>(range)](numbers.data[i]));
  }
  return context.constant(context.node().name(), std::move(tensor));
}

}  // namespace slimc::frontend
