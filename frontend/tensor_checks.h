// What every reader asks of the tensors of a file, and of the graph that it made of them, whatever
// the file's form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// More elements than this are refused in any one tensor (1 GiB of float32; the largest of the
// family has a million), so that a damaged or hostile shape cannot exhaust the memory.
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 28;

// The product of the dimensions, or more than kMaxElements where it is more.
std::int64_t bounded_product(const std::vector<std::int64_t>& dims);

// "element 17 ([0,0,1,2]) is NaN": the first element that is not finite.
std::optional<std::string> find_non_finite(const Tensor& tensor);

// "[0,0,1,2]": the position of element `index` in row-major order.
std::string position(const Shape& shape, std::int64_t index);

// verify(), its problems as diagnostics of the file.
Result<void> check_graph(const Graph& graph);

}  // namespace slimc::frontend
