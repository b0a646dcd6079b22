#include "frontend/imported_op.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/tensor_checks.h"

namespace slimc::frontend {

std::string infer_shape_of(const Graph& graph, Op& op) {
  auto inferred = infer_shape(graph, op);
  if (const auto* error = std::get_if<ShapeError>(&inferred)) return error->message;
  op.shape = std::get<Shape>(std::move(inferred));
  if (bounded_product(op.shape.dims()) <= kMaxElements) return "";
  return fmt::format(
      "its result has the shape {}, which is more than the {} elements that slimc takes",
      op.shape.to_string(), kMaxElements);
}

std::optional<Shape> resolve_reshape(const Shape& from, std::vector<std::int64_t> target,
                                     const ReplacedBatch& batch) {
  if (std::any_of(target.begin(), target.end(), [](std::int64_t dim) { return dim < -1; })) {
    return std::nullopt;
  }
  if (std::count(target.begin(), target.end(), -1) > 1) return std::nullopt;
  if (batch.of_file != 0 && !target.empty() && target.front() == batch.of_file) {
    target.front() = batch.chosen;
  }
  const std::int64_t elements = from.elements();
  const auto open = std::find(target.begin(), target.end(), -1);
  if (open != target.end()) {
    *open = 1;
    const std::int64_t rest = bounded_product(target);
    if (rest == 0 || elements % rest != 0) return std::nullopt;
    *open = elements / rest;
  }
  if (bounded_product(target) != elements) return std::nullopt;
  return Shape(std::move(target));
}

}  // namespace slimc::frontend
