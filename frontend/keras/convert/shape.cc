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

// Only such as leave the numbers where they are, because what they move has the size 1.
Result<Value> convert_permute_layer(LayerContext& context) {
  const Json* dims = context.find("dims");
  const Shape& from = context.input_shape();
  std::vector<std::int64_t> shape = {from[0]};
  std::int64_t last_moved = 0;
  bool in_order = true;
  std::vector<bool> seen(static_cast<std::size_t>(from.rank()));
  if (dims == nullptr || !dims->is_array() || static_cast<int>(dims->size()) != from.rank() - 1) {
    return context.fail(fmt::format("has no dims that fit {}", from.to_string()));
  }
  for (const Json& dim : *dims) {
    if (!dim.is_number_integer() || dim < 1 || dim >= from.rank() || seen[dim.get<std::size_t>()]) {
      return context.fail(fmt::format("its dims are {}, expected 1 to {} in some order",
                                      dims->dump(), from.rank() - 1));
    }
    const auto index = dim.get<int>();
    seen[static_cast<std::size_t>(index)] = true;
    shape.push_back(from[index]);
    if (from[index] == 1) continue;
    in_order = in_order && index > last_moved;
    last_moved = index;
  }
  if (!in_order) {
    return context.fail(fmt::format("permutes {} by {}; slimc reads permutations that move nothing",
                                    from.to_string(), dims->dump()));
  }
  return context.emit(OpKind::Reshape, {context.input()},
                      ReshapeAttributes{Shape(std::move(shape))});
}

Result<Value> convert_resizing_layer(LayerContext& context) {
  SLIMC_TRY(context.expect_channels_last());
  SLIMC_TRY(context.expect_rank(4));
  SLIMC_ASSIGN(const std::int64_t h, context.integer("height", 0));
  SLIMC_ASSIGN(const std::int64_t w, context.integer("width", 0));
  const Shape& from = context.input_shape();
  if (from[1] == h && from[2] == w) return context.emit(OpKind::Identity, {context.input()});
  return context.fail(
      fmt::format("makes {}x{} of an image of {}x{}; slimc does not resize or crop "
                  "inside a network: --resolution {}x{}, where the model leaves "
                  "its size open, or --input-node {}",
                  h, w, from[1], from[2], h, w, context.path()));
}

Result<Value> convert_cropping_layer(LayerContext& context) {
  const Json* cropping = context.find("cropping");
  const std::string shown = cropping == nullptr ? "absent" : cropping->dump();
  if (shown == "0" || shown == "[0,0]" || shown == "[[0,0],[0,0]]") {
    return context.emit(OpKind::Identity, {context.input()});
  }
  return context.fail("its cropping is " + shown +
                      "; slimc does not crop inside a network: --input-node " + context.path() +
                      " lets the network begin behind it");
}

}  // namespace slimc::frontend
