// Results that either hold a value or say what was wrong with the user's input.
//
// slimc does not throw: a function that can meet a bad file, a bad flag or a broken tool returns
// Result<T>. A broken invariant of slimc itself is an assertion, never a Result.
#pragma once

#include <tl/expected.hpp>

#include "support/diagnostics.h"

namespace slimc {

template <typename T>
using Result = tl::expected<T, Diagnostics>;

using Failure = tl::unexpected<Diagnostics>;

// A failure of one problem; the most common way to build one.
inline Failure fail(Diagnostic diagnostic) { return Failure(Diagnostics(std::move(diagnostic))); }

}  // namespace slimc

// Returns from the enclosing function with the failure of `expression`, if it failed.
#define SLIMC_TRY(expression)                                       \
  do {                                                              \
    if (auto slimc_try_result = (expression); !slimc_try_result) {  \
      return ::slimc::Failure(std::move(slimc_try_result).error()); \
    }                                                               \
  } while (false)

// `SLIMC_ASSIGN(auto graph, import(...));` declares `graph` from the value, or returns the failure.
#define SLIMC_ASSIGN(declaration, expression) \
  SLIMC_ASSIGN_IMPL(SLIMC_CONCAT(slimc_result_, __LINE__), declaration, expression)
// NOLINTBEGIN(bugprone-macro-parentheses): declarations do not stand in parentheses
#define SLIMC_ASSIGN_IMPL(temporary, declaration, expression)            \
  auto temporary = (expression);                                         \
  if (!temporary) return ::slimc::Failure(std::move(temporary).error()); \
  declaration = std::move(*temporary)
// NOLINTEND(bugprone-macro-parentheses)
#define SLIMC_CONCAT(a, b) SLIMC_CONCAT_IMPL(a, b)
#define SLIMC_CONCAT_IMPL(a, b) a##b
