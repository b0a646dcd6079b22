#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "ir/graph.h"
#include "ir/signature.h"

namespace slimc {
namespace {

// The order of the checks of an op is their order of need: each may rely on those before it, so an
// op stops at its first problem.
std::string problem_of(const Graph& graph, int index) {
  const Op& op = graph.ops()[static_cast<std::size_t>(index)];
  for (const Value value : op.inputs) {
    if (value.op < 0 || value.op >= index) {
      return fmt::format("uses %{}, which is not in front of it", value.op);
    }
  }
  if (std::string problem = signature_problem(op); !problem.empty()) return problem;

  const std::int64_t channels = op.shape.rank() == 0 ? 1 : op.shape[op.shape.rank() - 1];
  if (const std::string_view problem = problem_of(op.type, channels); !problem.empty()) {
    return fmt::format("its type has {}", problem);
  }
  if (op.kind == OpKind::Quantize && !op.type.is_quantized()) {
    return "gives floats, and a Quantize gives integers with a scale";
  }
  if (op.kind == OpKind::Dequantize && op.type != ElementType::Float32) {
    return "gives no floats, as a Dequantize does";
  }
  const auto& dims = op.shape.dims();
  if (std::any_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim < 1; })) {
    return fmt::format("its shape {} has a dimension below 1", op.shape.to_string());
  }
  if (op.kind == OpKind::Input && op.shape.rank() != 4) {
    return fmt::format("an Input must have 4 dimensions, found {}", op.shape.to_string());
  }
  const auto inferred = infer_shape(graph, op);
  if (const auto* error = std::get_if<ShapeError>(&inferred)) return error->message;
  if (std::get<Shape>(inferred) != op.shape) {
    return fmt::format("its shape is {}, but its inputs say {}", op.shape.to_string(),
                       std::get<Shape>(inferred).to_string());
  }

  if (op.kind != OpKind::Constant) {
    return op.constant == nullptr ? "" : "has a constant's value but is not a Constant";
  }
  const Tensor& tensor = *op.constant;
  if (static_cast<std::int64_t>(tensor.data.size()) != tensor.shape.elements()) {
    return fmt::format("holds {} numbers, but its shape {} needs {}", tensor.data.size(),
                       tensor.shape.to_string(), tensor.shape.elements());
  }
  const auto bad = std::find_if_not(tensor.data.begin(), tensor.data.end(),
                                    [](float x) { return std::isfinite(x); });
  if (bad != tensor.data.end()) {
    return fmt::format("element {} is {}, not a finite number", bad - tensor.data.begin(), *bad);
  }
  return {};
}

bool holds(const Graph& graph, Value value) {
  return value.op >= 0 && value.op < static_cast<int>(graph.ops().size());
}

}  // namespace

std::vector<std::string> verify(const Graph& graph) {
  std::vector<std::string> problems;
  std::unordered_set<std::string_view> names;
  int inputs = 0;
  for (int i = 0; i < static_cast<int>(graph.ops().size()); ++i) {
    const Op& op = graph.ops()[static_cast<std::size_t>(i)];
    const auto add = [&](const std::string& problem) {
      problems.push_back(fmt::format("%{} {} '{}': {}", i, name_of(op.kind), op.name, problem));
    };
    if (std::string problem = problem_of(graph, i); !problem.empty()) add(problem);
    if (op.name.empty()) add("has no name");
    if (!op.name.empty() && !names.insert(op.name).second) add("its name is not unique");
    inputs += op.kind == OpKind::Input ? 1 : 0;
  }
  if (inputs != 1) problems.push_back(fmt::format("the graph has {} Inputs, not one", inputs));
  if (!holds(graph, graph.input) || graph.op(graph.input).kind != OpKind::Input) {
    problems.push_back("graph.input is not an Input");
  }
  if (graph.outputs.empty()) problems.push_back("the graph has no outputs");
  std::unordered_set<std::string_view> output_names;
  for (const NetworkOutput& output : graph.outputs) {
    if (!holds(graph, output.value)) {
      problems.push_back(fmt::format("output '{}' is not in the graph", output.name));
    }
    if (!output_names.insert(output.name).second) {
      problems.push_back(fmt::format("two outputs are called '{}'", output.name));
    }
  }
  return problems;
}

}  // namespace slimc
