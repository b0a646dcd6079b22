#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMaxPad = 1 << 20;

bool is_pad(const Json& json) { return json.is_number_integer() && json >= 0 && json <= kMaxPad; }

// Of one dimension: n for both sides, or [before, after].
std::optional<std::array<std::int64_t, 2>> sides(const Json& json) {
  if (is_pad(json)) return {{json.get<std::int64_t>(), json.get<std::int64_t>()}};
  if (!json.is_array() || json.size() != 2 || !is_pad(json[0]) || !is_pad(json[1])) {
    return std::nullopt;
  }
  return {{json[0].get<std::int64_t>(), json[1].get<std::int64_t>()}};
}

}  // namespace

Result<Value> convert_zero_padding_layer(LayerContext& context) {
  SLIMC_TRY(context.expect_channels_last());
  SLIMC_TRY(context.expect_rank(4));
  // n, [h, w] or [[top, bottom], [left, right]]; Keras' default is 1.
  const Json* padding = context.find("padding");
  const Json all = padding != nullptr ? *padding : Json(1);
  const bool pair = all.is_array() && all.size() == 2;
  const auto h = sides(pair ? all[0] : all);
  const auto w = sides(pair ? all[1] : all);
  if (!h || !w) {
    return context.fail(
        fmt::format("its padding is {}, expected [[top,bottom],[left,right]]", all.dump()));
  }
  PadAttributes attributes;
  attributes.padding = {(*h)[0], (*h)[1], (*w)[0], (*w)[1]};
  return context.emit(OpKind::Pad, {context.input()}, attributes);
}

Result<Value> convert_reshape_layer(LayerContext& context) {
  const Json* target = context.find("target_shape");
  if (target == nullptr || !target->is_array()) return context.fail("has no target_shape");
  const Shape& from = context.input_shape();
  std::vector<std::int64_t> dims = {from[0]};
  std::optional<std::size_t> open;
  for (const Json& dim : *target) {
    const bool valid = dim.is_number_integer() && dim >= -1 && dim <= kMaxPad && dim != 0;
    if (!valid || (dim == -1 && open)) {
      return context.fail(fmt::format(
          "its target_shape is {}, expected sizes, one of them -1 at most", target->dump()));
    }
    if (dim == -1) open = dims.size();
    dims.push_back(dim == -1 ? 1 : dim.get<std::int64_t>());
  }
  if (open) {
    const std::int64_t others = Shape(dims).elements();
    dims[*open] = others == 0 ? 0 : from.elements() / others;
  }
  return context.emit(OpKind::Reshape, {context.input()},
                      ReshapeAttributes{Shape(std::move(dims))});
}

Result<Value> convert_flatten_layer(LayerContext& context) {
  SLIMC_TRY(context.expect_channels_last());
  const Shape& from = context.input_shape();
  return context.emit(OpKind::Reshape, {context.input()},
                      ReshapeAttributes{Shape{from[0], from.elements() / from[0]}});
}

}  // namespace slimc::frontend
