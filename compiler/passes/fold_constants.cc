#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "compiler/reference/evaluate.h"

namespace slimc {
namespace {

using reference::DoubleTensor;

// Which ops are constants or computed from constants alone, and which of those are seen by the rest
// of the graph. Only the latter are rounded to float.
struct ConstantOps {
  std::vector<bool> constant;
  std::vector<bool> seen;
};

ConstantOps find_constant_ops(const Graph& graph) {
  const std::size_t count = graph.ops().size();
  ConstantOps found{std::vector<bool>(count), std::vector<bool>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const Op& op = graph.ops()[i];
    const auto is_constant = [&](Value value) {
      return found.constant[static_cast<std::size_t>(value.op)];
    };
    found.constant[i] =
        op.kind == OpKind::Constant ||
        (op.kind != OpKind::Input && std::all_of(op.inputs.begin(), op.inputs.end(), is_constant));
    if (found.constant[i]) continue;
    for (const Value value : op.inputs) found.seen[static_cast<std::size_t>(value.op)] = true;
  }
  for (const NetworkOutput& output : graph.outputs) {
    found.seen[static_cast<std::size_t>(output.value.op)] = true;
  }
  return found;
}

// The values of constant ops, each computed when it is first asked for.
class ConstantValues {
 public:
  explicit ConstantValues(const Graph& graph) : graph_(graph), values_(graph.ops().size()) {}

  const DoubleTensor& operator[](Value value) {
    std::optional<DoubleTensor>& known = values_[static_cast<std::size_t>(value.op)];
    if (!known) {
      const Op& op = graph_.op(value);
      std::vector<const DoubleTensor*> inputs;
      for (const Value input : op.inputs) inputs.push_back(&(*this)[input]);
      known = reference::evaluate_op(op, inputs);
    }
    return *known;
  }

 private:
  const Graph& graph_;
  std::vector<std::optional<DoubleTensor>> values_;
};

// What a network computes from constants are vectors of its channels, and now and then its weights.
// A file of some bytes can ask for much more: an image of constants, padded and convolved.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 24;
constexpr std::int64_t kMaxOperations = std::int64_t{1} << 28;

std::int64_t operations(const Graph& graph, const Op& op) {
  if (const auto* pool = std::get_if<PoolAttributes>(&op.attributes)) {
    const Shape& image = graph.op(op.inputs[0]).shape;
    const std::int64_t window =
        std::min(pool->kernel_h, image[1]) * std::min(pool->kernel_w, image[2]);
    return op.shape.elements() > kMaxOperations / std::max<std::int64_t>(window, 1)
               ? kMaxOperations + 1
               : op.shape.elements() * window;
  }
  return multiply_adds(graph, op);
}

Result<void> check_amount(const Graph& graph, const ConstantOps& found) {
  std::int64_t elements = 0, work = 0;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const Op& op = graph.ops()[i];
    if (!found.constant[i] || op.kind == OpKind::Constant) continue;
    elements += op.shape.elements();
    work += operations(graph, op);
    if (elements <= kMaxElements && work <= kMaxOperations) continue;
    return fail({.file = graph.file,
                 .subject = fmt::format("node '{}'", op.name),
                 .message = fmt::format("{} of constants, with those in front of it, takes more "
                                        "than {} elements or {} multiply-adds",
                                        name_of(op.kind), kMaxElements, kMaxOperations)});
  }
  return {};
}

}  // namespace

Result<Graph> fold_constants(const Graph& graph) {
  const ConstantOps found = find_constant_ops(graph);
  SLIMC_TRY(check_amount(graph, found));
  ConstantValues values(graph);
  int index = -1;
  return rewrite(graph, [&](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    const Value value{++index};
    const auto i = static_cast<std::size_t>(index);
    if (op.kind == OpKind::Constant || !found.constant[i]) return std::nullopt;
    if (!found.seen[i]) return Value{};
    Tensor tensor = reference::narrow(values[value]);
    const auto bad = std::find_if_not(tensor.data.begin(), tensor.data.end(),
                                      [](float x) { return std::isfinite(x); });
    if (bad != tensor.data.end()) {
      rewriter.problem(op, fmt::format("{} of constants gives {} in element {}; expected a finite "
                                       "number",
                                       name_of(op.kind), *bad, bad - tensor.data.begin()));
    }
    return rewriter.after().add_constant(op.name, std::move(tensor));
  });
}

}  // namespace slimc
