#include "stages/forming.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc {

Value Forming::behind_reshapes(Value value) const {
  while (graph_.op(value).kind == OpKind::Reshape) value = graph_.op(value).inputs[0];
  return value;
}

// A layout is pixels x channels, one image behind the other, so that a reshape that keeps the
// channels changes nothing.
bool Forming::is_flattened(Value value) const {
  while (graph_.op(value).kind == OpKind::Reshape) {
    const Op& reshape = graph_.op(value);
    const Shape &from = graph_.op(reshape.inputs[0]).shape, &to = reshape.shape;
    if (from[from.rank() - 1] != to[to.rank() - 1]) return true;
    value = reshape.inputs[0];
  }
  return false;
}

bool Forming::has_stages_pixels(Value value) const {
  const Shape& shape = op(value).shape;
  const StageShape& s = stage(stage_of(value)).shape;
  return !is_flattened(value) && shape.rank() == 4 && shape[1] == s.out_h && shape[2] == s.out_w;
}

bool Forming::has(StageKind kind) const { return count(kind) > 0; }

bool Forming::has(std::string_view name) const {
  return std::any_of(formed_.stages.begin(), formed_.stages.end(),
                     [name](const NetworkStage& stage) { return stage.name == name; });
}

int Forming::count(StageKind kind) const {
  return static_cast<int>(
      std::count_if(formed_.stages.begin(), formed_.stages.end(),
                    [kind](const NetworkStage& stage) { return stage.kind == kind; }));
}

std::optional<Value> Forming::lone_activation(Value value) const {
  if (uses_[static_cast<std::size_t>(value.op)] != 1) return std::nullopt;
  for (std::size_t i = static_cast<std::size_t>(value.op) + 1; i < graph_.ops().size(); ++i) {
    const Op& op = graph_.ops()[i];
    if (activation_of(op) && op.inputs[0] == value) return Value{static_cast<int>(i)};
  }
  return std::nullopt;
}

std::string not_supported_reshape(const Forming& network, Value value) {
  return fmt::format("a reshape from {} to {} inside the network is not supported",
                     network.op(network.behind_reshapes(value)).shape.to_string(),
                     network.op(value).shape.to_string());
}

StageShape shape_behind(StageKind kind, const NetworkStage& source, std::int64_t out_channels) {
  StageShape s;
  s.kind = kind;
  s.in_h = s.out_h = source.shape.out_h, s.in_w = s.out_w = source.shape.out_w;
  s.in_c = source.shape.out_c;
  s.out_c = out_channels;
  return s;
}

std::optional<ActivationFunction> activation_of(const Op& op) {
  if (op.kind == OpKind::Relu) return Activation::Relu;
  if (op.kind == OpKind::Relu6) return Activation::Relu6;
  if (op.kind == OpKind::Activate) return op.attributes_as<ActivateAttributes>().function;
  return std::nullopt;
}

}  // namespace slimc
