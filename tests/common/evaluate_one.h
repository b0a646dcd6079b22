// The value of one op on given numbers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/reference/evaluate.h"
#include "ir/graph.h"

namespace slimc::testing {

inline reference::DoubleTensor evaluate_one(OpKind kind,
                                            const std::vector<reference::DoubleTensor>& inputs,
                                            Attributes attributes = {}) {
  Graph graph;
  Op op;
  op.kind = kind;
  op.name = "op";
  op.attributes = std::move(attributes);
  std::vector<const reference::DoubleTensor*> values;
  for (const reference::DoubleTensor& tensor : inputs) {
    op.inputs.push_back(graph.add_constant("x", reference::narrow(tensor)));
    values.push_back(&tensor);
  }
  const Value value = graph.add(op);
  return reference::evaluate_op(graph.op(value), values);
}

}  // namespace slimc::testing
