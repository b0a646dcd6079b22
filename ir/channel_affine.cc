#include "ir/channel_affine.h"

#include <cmath>

namespace slimc {
namespace {

ChannelAffine identity(Value x, std::size_t channels) {
  return {x, std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)};
}

// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta
std::optional<ChannelAffine> batch_norm(const Graph& graph, const Op& op) {
  for (std::size_t i = 1; i < op.inputs.size(); ++i) {
    if (graph.op(op.inputs[i]).kind != OpKind::Constant) return std::nullopt;
  }
  const double epsilon = op.attributes_as<BatchNormAttributes>().epsilon;
  const auto &gamma = graph.constant(op.inputs[1]).data, &beta = graph.constant(op.inputs[2]).data,
             &mean = graph.constant(op.inputs[3]).data,
             &variance = graph.constant(op.inputs[4]).data;
  ChannelAffine affine = identity(op.inputs[0], gamma.size());
  for (std::size_t c = 0; c < gamma.size(); ++c) {
    affine.scale[c] = gamma[c] / std::sqrt(variance[c] + epsilon);
    affine.offset[c] = beta[c] - mean[c] * affine.scale[c];
  }
  return affine;
}

// x op k, or k op x.
std::optional<ChannelAffine> arithmetic(OpKind kind, Value x, const std::vector<double>& k,
                                        bool constant_first) {
  ChannelAffine affine = identity(x, k.size());
  for (std::size_t c = 0; c < k.size(); ++c) {
    switch (kind) {
      case OpKind::Add:
      case OpKind::BiasAdd:
        affine.offset[c] = k[c];
        break;
      case OpKind::Sub:
        affine.scale[c] = constant_first ? -1.0 : 1.0;
        affine.offset[c] = constant_first ? k[c] : -k[c];
        break;
      case OpKind::Mul:
        affine.scale[c] = k[c];
        break;
      case OpKind::Div:
        if (constant_first) return std::nullopt;
        affine.scale[c] = 1.0 / k[c];
        break;
      default:
        return std::nullopt;
    }
  }
  return affine;
}

// What `outer` makes of the result of `inner`.
ChannelAffine compose(const ChannelAffine& inner, const ChannelAffine& outer) {
  ChannelAffine both = inner;
  for (std::size_t c = 0; c < both.scale.size(); ++c) {
    both.scale[c] = inner.scale[c] * outer.scale[c];
    both.offset[c] = inner.offset[c] * outer.scale[c] + outer.offset[c];
  }
  return both;
}

}  // namespace

std::optional<std::vector<double>> channel_constant(const Graph& graph, Value value,
                                                    const Shape& shape) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Constant || shape.rank() < 1 || op.shape.rank() > shape.rank()) {
    return std::nullopt;
  }
  const std::int64_t channels = shape[shape.rank() - 1];
  const std::int64_t elements = op.shape.elements();
  const std::int64_t last = op.shape.rank() == 0 ? 1 : op.shape[op.shape.rank() - 1];
  // All other dimensions are 1, and the last one is 1 or the channels.
  if (elements != last || (last != 1 && last != channels)) return std::nullopt;
  const std::vector<float>& data = op.constant->data;
  if (last == 1) return std::vector<double>(static_cast<std::size_t>(channels), data[0]);
  return std::vector<double>(data.begin(), data.end());
}

std::optional<ChannelAffine> as_channel_affine(const Graph& graph, const Op& op) {
  switch (op.kind) {
    case OpKind::BatchNorm:
      return batch_norm(graph, op);
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::BiasAdd:
      break;
    default:
      return std::nullopt;
  }
  for (const bool constant_first : {false, true}) {
    const Value x = op.inputs[constant_first ? 1 : 0];
    const Value k = op.inputs[constant_first ? 0 : 1];
    if (const auto constant = channel_constant(graph, k, graph.op(x).shape)) {
      return arithmetic(op.kind, x, *constant, constant_first);
    }
  }
  return std::nullopt;
}

std::optional<ChannelAffine> channel_affine_chain(const Graph& graph, Value value) {
  auto affine = as_channel_affine(graph, graph.op(value));
  while (affine) {
    const auto inner = as_channel_affine(graph, graph.op(affine->x));
    if (!inner || inner->scale.size() != affine->scale.size()) break;
    affine = compose(*inner, *affine);
  }
  return affine;
}

}  // namespace slimc
