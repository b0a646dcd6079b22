#include "frontend/tensor_checks.h"

#include <cmath>
#include <vector>

namespace slimc::frontend {

std::int64_t bounded_product(const std::vector<std::int64_t>& dims) {
  std::int64_t result = 1;
  for (const std::int64_t dim : dims) {
    if (dim > 0 && result > kMaxElements / dim) return kMaxElements + 1;
    result *= dim;
  }
  return result;
}

std::optional<std::string> find_non_finite(const Tensor& tensor) {
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    const float value = tensor.data[i];
    if (std::isfinite(value)) continue;
    const auto index = static_cast<std::int64_t>(i);
    const char* what = std::isnan(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
    return "element " + std::to_string(index) + " (" + position(tensor.shape, index) + ") is " +
           what;
  }
  return std::nullopt;
}

std::string position(const Shape& shape, std::int64_t index) {
  std::vector<std::int64_t> coordinates(static_cast<std::size_t>(shape.rank()));
  for (int d = shape.rank() - 1; d >= 0; --d) {
    coordinates[static_cast<std::size_t>(d)] = index % shape[d];
    index /= shape[d];
  }
  return Shape(std::move(coordinates)).to_string();
}

Result<void> check_graph(const Graph& graph) {
  Diagnostics problems;
  for (const std::string& problem : verify(graph)) {
    problems.add({.file = graph.file, .message = problem});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

}  // namespace slimc::frontend
