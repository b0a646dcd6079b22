// What an op of each kind looks like: how many inputs it takes and which attributes it carries.
#pragma once

#include <cstddef>

#include "ir/graph.h"

namespace slimc {

struct Signature {
  int min_inputs = 0;
  int max_inputs = 0;
  std::size_t attributes = 0;  // Attributes::index()
};
Signature signature_of(OpKind kind);

// "Conv2D takes 2 to 3 inputs, found 1"; empty when all is well.
std::string signature_problem(const Op& op);

}  // namespace slimc
