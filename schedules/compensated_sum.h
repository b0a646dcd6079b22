// Sums of any length that keep the digits of a float.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace slimc::schedules {

// From here on a plain sum's error, up to terms * 2^-24 of the sum of magnitudes, is more than
// what other stages make.
inline constexpr std::int64_t kPlainSumTerms = 1024;

// Defines `sum` over `vars` as the sum of `term`, which names the reduction's variables. A long one
// is Kahan's: it carries what each addition rounds off, so that its error does not grow with the
// number of terms. That needs no type beyond float, which is all that
// 32-bit NEON has in vectors.
inline void define_sum(Halide::Func sum, const std::vector<Halide::Var>& vars,
                       const Halide::Expr& term, std::int64_t terms) {
  if (terms <= kPlainSumTerms) {
    sum(vars) = 0.0f;
    sum(vars) += term;
    return;
  }
  using Halide::strict_float;
  sum(vars) = Halide::Tuple(0.0f, 0.0f);
  const std::vector<Halide::Expr> at(vars.begin(), vars.end());
  const Halide::Expr so_far = sum(at)[0];
  const Halide::Expr added = strict_float(term - sum(at)[1]);
  const Halide::Expr total = strict_float(so_far + added);
  const Halide::Expr excess = strict_float(strict_float(total - so_far) - added);
  // Infinity stays infinity: minus itself it would be NaN.
  const Halide::Expr is_finite =
      strict_float(Halide::abs(total) <= std::numeric_limits<float>::max());
  sum(vars) = Halide::Tuple(total, Halide::select(is_finite, excess, 0.0f));
}

inline Halide::Expr value_of_sum(Halide::Func sum, const std::vector<Halide::Expr>& at) {
  return sum.outputs() == 1 ? Halide::Expr(sum(at)) : sum(at)[0];
}

}  // namespace slimc::schedules
