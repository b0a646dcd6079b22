// Values of tensors on the way from a file's form to the IR's.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace slimc::frontend {

// IEEE 754 binary16: 1 bit of sign, 5 of exponent with a bias of 15, 10 of mantissa.
float half_to_float(std::uint16_t half);

// [rows, columns] -> [columns, rows]
Tensor transposed(const Tensor& matrix);

}  // namespace slimc::frontend
