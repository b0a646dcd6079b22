#include "compiler/passes/rewriter.h"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

namespace slimc {
namespace {

// What is known of the network as a whole, without ops.
Graph empty_like(const Graph& graph) {
  Graph result;
  result.name = graph.name;
  result.file = graph.file;
  result.form = graph.form;
  result.pixels = graph.pixels;
  return result;
}

std::vector<bool> needed_for_output(const Graph& graph) {
  std::vector<bool> needed(graph.ops().size(), false);
  needed[static_cast<std::size_t>(graph.input.op)] = true;
  for (const NetworkOutput& output : graph.outputs) {
    needed[static_cast<std::size_t>(output.value.op)] = true;
  }
  for (std::size_t i = needed.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const Value value : graph.ops()[i].inputs) {
      needed[static_cast<std::size_t>(value.op)] = true;
    }
  }
  return needed;
}

// The first to come keeps a name; others get a number behind it.
class UniqueNames {
 public:
  std::string claim(const std::string& name) {
    std::string unique = name;
    for (int i = 1; !taken_.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
    return unique;
  }

 private:
  std::unordered_set<std::string> taken_;
};

// A copy without the ops that the output does not need, with unique names.
Graph tidy(Graph graph) {
  const std::vector<bool> needed = needed_for_output(graph);
  Graph result = empty_like(graph);
  UniqueNames names;
  std::vector<Value> now(needed.size());
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    Op op = std::move(graph.op(Value{static_cast<int>(i)}));
    for (Value& value : op.inputs) value = now[static_cast<std::size_t>(value.op)];
    op.name = names.claim(op.name);
    now[i] = result.add(std::move(op));
  }
  result.input = now[static_cast<std::size_t>(graph.input.op)];
  for (const NetworkOutput& output : graph.outputs) {
    result.outputs.push_back({output.name, now[static_cast<std::size_t>(output.value.op)]});
  }
  return result;
}

}  // namespace

Rewriter::Rewriter(const Graph& before)
    : before_(before), now_(before.ops().size()), uses_(before.ops().size(), 0) {
  after_ = empty_like(before);
  for (const Op& op : before.ops()) {
    for (const Value value : op.inputs) ++uses_[static_cast<std::size_t>(value.op)];
  }
  for (const NetworkOutput& output : before.outputs) {
    ++uses_[static_cast<std::size_t>(output.value.op)];
  }
}

Op Rewriter::updated(const Op& op) const {
  Op copy = op;
  for (Value& value : copy.inputs) value = now(value);
  return copy;
}

void Rewriter::problem(const Op& op, std::string message) {
  problems_.add({.file = before_.file,
                 .subject = fmt::format("node '{}'", op.name),
                 .message = std::move(message)});
}

Result<Graph> rewrite(const Graph& before, const Visit& visit) {
  Rewriter rewriter(before);
  for (std::size_t i = 0; i < before.ops().size(); ++i) {
    const Op& op = before.ops()[i];
    const std::optional<Value> replacement = visit(rewriter, op);
    rewriter.now_[i] = replacement ? *replacement : rewriter.after_.add(rewriter.updated(op));
  }
  if (!rewriter.problems_.empty()) return Failure(std::move(rewriter.problems_));
  rewriter.after_.input = rewriter.now(before.input);
  for (const NetworkOutput& output : before.outputs) {
    rewriter.after_.outputs.push_back({output.name, rewriter.now(output.value)});
  }
  return tidy(std::move(rewriter.after_));
}

Value add_reshape(Graph& graph, Value x, const Shape& shape, const std::string& name) {
  while (graph.op(x).kind == OpKind::Reshape) x = graph.op(x).inputs[0];
  if (graph.op(x).shape == shape) return x;
  return graph.add({.kind = OpKind::Reshape,
                    .name = name,
                    .inputs = {x},
                    .attributes = ReshapeAttributes{shape},
                    .shape = shape});
}

}  // namespace slimc
