#include "frontend/plausible_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/findings.h"

namespace slimc::frontend {
namespace {

bool is_pool(const Op& op) {
  return op.kind == OpKind::AvgPool || op.kind == OpKind::MaxPool || op.kind == OpKind::Mean ||
         op.kind == OpKind::Max;
}

// What stands between a convolution and its activation: batch norm, in one op or in several.
bool is_affine(const Graph& graph, const Op& op) {
  switch (op.kind) {
    case OpKind::BatchNorm:
    case OpKind::BiasAdd:
    case OpKind::Identity:
    case OpKind::Dropout:
      return true;
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
      return graph.op(op.inputs[0]).kind == OpKind::Constant ||
             graph.op(op.inputs[1]).kind == OpKind::Constant;
    default:
      return false;
  }
}

std::string words(const ActivationFunction& f) {
  const std::string name(name_of(f.kind));
  return f.alpha == 0 && f.beta == 0 ? name : fmt::format("{}({}, {})", name, f.alpha, f.beta);
}

// What the larger part of the nodes has, and which are the others.
class Majority {
 public:
  void add(const Op& op, std::string what) {
    ++counts_[what];
    nodes_.emplace_back(&op, std::move(what));
  }

  void minority(Findings& findings) const {
    if (counts_.size() < 2) return;
    const auto usual =
        std::max_element(counts_.begin(), counts_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [op, what] : nodes_) {
      if (what == usual->first) continue;
      findings.add(*op, fmt::format("activation {} where {} others have {}", what, usual->second,
                                    usual->first));
    }
  }

 private:
  std::map<std::string, int> counts_;
  std::vector<std::pair<const Op*, std::string>> nodes_;
};

class Blocks {
 public:
  explicit Blocks(const Graph& graph) : graph_(graph), readers_(graph.ops().size()) {
    for (const Op& op : graph.ops()) {
      for (const Value input : op.inputs)
        readers_[static_cast<std::size_t>(input.op)].push_back(&op);
    }
  }

  void run(Reporter& reporter) {
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (op.kind == OpKind::DepthwiseConv2D) {
        // Apart from the others: Keras' SeparableConv2D has none here.
        check_activation(op, i, of_depthwise_);
      } else if (op.kind == OpKind::Conv2D && is_in_a_block(op, i)) {
        check_activation(op, i, of_convolutions_);
      }
    }
    for (const Op& op : graph_.ops()) {
      if (is_activation(op) && is_pool(graph_.op(op.inputs[0]))) {
        pooled_.add(op, "an activation behind the pool");
      }
    }
    Findings activation("a MobileNet v1 has one activation in all of its blocks");
    of_depthwise_.minority(activation);
    of_convolutions_.minority(activation);
    for (const Findings* kind : {&activation, &ranges_, &pooled_}) {
      kind->report(graph_, reporter);
    }
  }

 private:
  // The only op that reads it, or null.
  const Op* reader(std::size_t op) const {
    return readers_[op].size() == 1 ? readers_[op].front() : nullptr;
  }

  std::size_t index(const Op& op) const {
    return static_cast<std::size_t>(&op - graph_.ops().data());
  }

  // Behind batch norm and the like, or null where more than one op reads what is there.
  const Op* behind(std::size_t op) const {
    const Op* at = reader(op);
    while (at != nullptr && is_affine(graph_, *at)) at = reader(index(*at));
    return at;
  }

  // A convolution behind a depthwise one or in front of one; others are of the head.
  bool is_in_a_block(const Op& op, std::size_t i) const {
    const Op* in_front = &graph_.op(op.inputs[0]);
    while (!in_front->inputs.empty() && !is_convolution(*in_front)) {
      in_front = &graph_.op(in_front->inputs[0]);
    }
    if (in_front->kind == OpKind::DepthwiseConv2D) return true;
    const Op* next = behind(i);
    while (next != nullptr && (is_activation(*next) || next->kind == OpKind::Pad)) {
      next = behind(index(*next));
    }
    return next != nullptr && next->kind == OpKind::DepthwiseConv2D;
  }

  // Nothing where it is not one that can be told.
  static std::optional<ActivationFunction> activation_of(const Op& op) {
    switch (op.kind) {
      case OpKind::Relu:
        return Activation::Relu;
      case OpKind::Relu6:
        return Activation::Relu6;
      case OpKind::Activate:
        return op.attributes_as<ActivateAttributes>().function;
      case OpKind::Conv2D:
      case OpKind::DepthwiseConv2D:
      case OpKind::Pad:
        return Activation::None;
      default:
        return is_pool(op) ? std::optional(ActivationFunction()) : std::nullopt;
    }
  }

  void check_activation(const Op& op, std::size_t i, Majority& all) {
    const Op* next = behind(i);
    if (next == nullptr) return;
    const std::optional<ActivationFunction> function = activation_of(*next);
    if (!function) return;
    const bool is_odd_slope =
        function->kind == Activation::LeakyRelu && !(function->alpha >= 0 && function->alpha < 1);
    if (function->kind == Activation::Clip || is_odd_slope) {
      ranges_.add(*next, "the range of " + words(*function));
    } else {
      all.add(op, words(*function));
    }
  }

  const Graph& graph_;
  std::vector<std::vector<const Op*>> readers_;  // of each op
  Majority of_depthwise_, of_convolutions_;
  Findings ranges_{"a MobileNet v1 has relu6, or relu"};
  Findings pooled_{"the pool of a MobileNet v1 is followed by its classifier"};
};

}  // namespace

bool is_convolution(const Op& op) {
  return op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D;
}

bool is_activation(const Op& op) {
  return op.kind == OpKind::Relu || op.kind == OpKind::Relu6 || op.kind == OpKind::Activate;
}

void check_blocks(const Graph& graph, Reporter& reporter) { Blocks(graph).run(reporter); }

}  // namespace slimc::frontend
