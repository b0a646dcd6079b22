#include <algorithm>

#include "compiler/codegen/plan.h"

namespace slimc {

// A softmax is over classes whatever the shape around them ([n,1,1,classes] without slim's
// squeeze); without one, the classifier is a layer that gives a matrix. Pooled features are a
// matrix too, but what gives it is the pool.
std::optional<std::int64_t> classes(const Plan& plan) {
  const Shape& shape = plan.output_shape;
  if (shape.rank() < 2) return std::nullopt;
  const std::int64_t count = shape[shape.rank() - 1];
  if (shape.elements() != plan.input_shape[0] * count) return std::nullopt;
  const auto last = std::find_if(plan.stages.rbegin(), plan.stages.rend(), [](const Stage& stage) {
    return stage.shape.kind != StageKind::Copy;
  });
  if (last == plan.stages.rend()) return std::nullopt;
  const bool classifies = last->shape.kind == StageKind::Softmax ||
                          (last->shape.kind == StageKind::Pointwise && shape.rank() == 2);
  return classifies ? std::optional(count) : std::nullopt;
}

}  // namespace slimc
