#pragma once

#include <cstdint>

namespace slimc {

// What round_weights did to those that are stored as 16-bit floats.
struct WeightRounding {
  std::int64_t weights = 0;
  std::int64_t to_subnormal = 0;  // less than 11 bits are left
  std::int64_t to_zero = 0;       // of those that were not
};

}  // namespace slimc
