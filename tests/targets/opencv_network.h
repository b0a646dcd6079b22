// A second opinion on whole networks: the same graph computed by OpenCV's dnn module.
#pragma once

#include <vector>

#include "ir/graph.h"

namespace slimc::testing {

// The result of a graph as frontend/mobilenet builds it, before any pass, for one image. SAME
// padding is OpenCV's own calculation.
std::vector<float> compute_with_opencv(const Graph& graph, const std::vector<float>& image);

}  // namespace slimc::testing
