#include <algorithm>

#include "compiler/plan/plan.h"
#include "support/check.h"

namespace slimc {

bool reads_input(const Stage& stage) {
  const std::vector<Argument>& arguments = stage.variants.front().arguments;
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const Argument& a) { return a.source == Argument::Source::NetworkInput; });
}

std::int64_t output_elements(const Plan& plan) {
  std::int64_t elements = 0;
  for (const PlanOutput& output : plan.outputs) elements += output.shape.elements();
  return elements;
}

const Stage& computing_stage(const Plan& plan, std::size_t output) {
  const auto writer = std::find_if(plan.stages.begin(), plan.stages.end(), [&](const Stage& s) {
    return s.output < 0 && s.network_output == static_cast<int>(output);
  });
  SLIMC_CHECK(writer != plan.stages.end(), "an output that no stage writes");
  const bool only_copies =
      writer->shape.kind == StageKind::Copy && writer->activation == Activation::None;
  if (!only_copies) return *writer;
  const auto source = std::find_if(plan.stages.begin(), plan.stages.end(), [&](const Stage& s) {
    return s.output >= 0 && s.output == writer->inputs.front();
  });
  return source == plan.stages.end() ? *writer : *source;
}

// A softmax is over classes whatever the shape around them ([n,1,1,classes] without slim's
// squeeze, [n,classes,1,1] of ONNX); without one, the classifier is a layer that gives a matrix.
// Pooled features are a matrix too, but what gives it is the pool.
std::optional<std::int64_t> classes(const Plan& plan) {
  const Shape& shape = plan.outputs.front().shape;
  if (shape.rank() < 1) return std::nullopt;
  const std::int64_t images = plan.input_shape[0], count = shape.elements() / images;
  if (shape.elements() != images * count) return std::nullopt;
  const auto& dims = shape.dims();
  const auto behind_batch = dims.begin() + (shape.rank() > 1 ? 1 : 0);
  if (std::find(behind_batch, dims.end(), count) == dims.end()) return std::nullopt;
  const StageKind kind = computing_stage(plan, 0).shape.kind;
  const bool classifies =
      kind == StageKind::Softmax || (kind == StageKind::Pointwise && shape.rank() <= 2);
  return classifies ? std::optional(count) : std::nullopt;
}

}  // namespace slimc
