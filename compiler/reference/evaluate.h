// Naive double-precision evaluation of a graph: the measure for compiled stages (`slimc verify`),
// for the passes' tests and for constant folding. Written for clarity; no blocking, no SIMD.
#pragma once

#include <vector>

#include "ir/graph.h"

namespace slimc::reference {

struct DoubleTensor {
  Shape shape;
  std::vector<double> data;
};

DoubleTensor widen(const Tensor& tensor);
Tensor narrow(const DoubleTensor& tensor);

// One op, given the values of its inputs in order. Values are the real numbers that elements stand
// for: of a type with a scale the result is the exact one, rounded once to what the type can hold.
DoubleTensor evaluate_op(const Op& op, const std::vector<const DoubleTensor*>& inputs);

// Every op's result, indexed like graph.ops(). `input` has the shape of graph.input.
// Fused activations are understood.
std::vector<DoubleTensor> evaluate_all(const Graph& graph, const DoubleTensor& input);

// The network's outputs alone (results are dropped as soon as nothing needs them).
std::vector<DoubleTensor> evaluate_outputs(const Graph& graph, const DoubleTensor& input);

// The only one, or the first.
DoubleTensor evaluate(const Graph& graph, const DoubleTensor& input);

}  // namespace slimc::reference
