// What a caller relies on of a checkpoint of any form.
#pragma once

#include <cmath>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/variables_only.h"
#include "support/reporter.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {

inline void check_checkpoint(const Result<frontend::Checkpoint>& checkpoint) {
  if (!checkpoint) return check_words(checkpoint.error());
  for (const std::string& name : checkpoint->tensors()) {
    SLIMC_CHECK(checkpoint->contains(name), "a tensor that is listed and not there");
    const auto shape = checkpoint->shape(name);
    const auto tensor = checkpoint->read(name);
    if (!tensor) {
      check_words(tensor.error());
      continue;
    }
    SLIMC_CHECK(shape.has_value() && *shape == tensor->shape, "two shapes of one tensor");
    SLIMC_CHECK(static_cast<std::int64_t>(tensor->data.size()) == tensor->shape.elements(),
                "elements that do not fit the shape");
    for (const float value : tensor->data) SLIMC_CHECK(std::isfinite(value), "not finite");
  }
  SilentReporter reporter;
  const auto graph = frontend::load_variables(*checkpoint, {"net.meta"}, {}, reporter);
  if (graph) {
    check_graph(*graph);
  } else {
    check_words(graph.error());
  }
}

}  // namespace slimc::fuzz
