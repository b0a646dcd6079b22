#include "ir/graph.h"

#include <fmt/format.h>

#include <utility>

#include "support/check.h"

namespace slimc {

Value Graph::add(Op op) {
  for (const Value operand : op.inputs) {
    SLIMC_CHECK(operand.op >= 0 && operand.op < static_cast<int>(ops_.size()),
                fmt::format("'{}' uses a value that is not in the graph", op.name));
  }
  const bool has_own_shape = op.kind == OpKind::Input || op.kind == OpKind::Constant;
  if (!has_own_shape && op.shape.rank() == 0) {
    auto shape = infer_shape(*this, op);
    if (const auto* error = std::get_if<ShapeError>(&shape)) {
      SLIMC_CHECK(false, fmt::format("{} '{}': {}", name_of(op.kind), op.name, error->message));
    }
    op.shape = std::move(std::get<Shape>(shape));
  }
  ops_.push_back(std::move(op));
  return Value{static_cast<int>(ops_.size()) - 1};
}

void Graph::set_output(Value value) { outputs = {{op(value).name, value}}; }

void Graph::add_output(std::string output_name, Value value) {
  for (const NetworkOutput& output : outputs) {
    if (output.value == value) return;
  }
  outputs.push_back({std::move(output_name), value});
}

Value Graph::add_constant(std::string constant_name, Tensor tensor) {
  Op op;
  op.kind = OpKind::Constant;
  op.name = std::move(constant_name);
  op.shape = tensor.shape;
  op.constant = std::make_shared<const Tensor>(std::move(tensor));
  return add(std::move(op));
}

}  // namespace slimc
