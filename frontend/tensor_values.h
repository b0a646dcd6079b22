// Values of tensors on the way from a file's form to the IR's.
#pragma once

#include "ir/graph.h"

namespace slimc::frontend {

// [rows, columns] -> [columns, rows]
Tensor transposed(const Tensor& matrix);

}  // namespace slimc::frontend
