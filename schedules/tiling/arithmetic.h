// Whole numbers above 0, as sizes and tilings are.
#pragma once

#include <cstdint>
#include <vector>

namespace slimc {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

constexpr std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return ceil_div(n, multiple) * multiple;
}

// False of divisors that are none.
constexpr bool divides(std::int64_t divisor, std::int64_t n) {
  return divisor > 0 && n % divisor == 0;
}

inline std::vector<std::int64_t> divisors(std::int64_t n) {
  std::vector<std::int64_t> found;
  for (std::int64_t d = 1; d <= n; ++d) {
    if (n % d == 0) found.push_back(d);
  }
  return found;
}

}  // namespace slimc
