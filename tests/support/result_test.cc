#include "support/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace slimc {
namespace {

Result<std::unique_ptr<int>> make(bool good) {
  if (!good) return fail({.message = "no number"});
  return std::make_unique<int>(7);
}

Result<int> twice(bool good) {
  SLIMC_TRY(make(good));
  SLIMC_ASSIGN(const std::unique_ptr<int> number, make(good));
  return 2 * *number;
}

TEST(Result, AssignGivesTheValue) {
  const Result<int> result = twice(true);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 14);
}

TEST(Result, TryReturnsTheFailure) {
  const Result<int> result = twice(false);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().to_string(), "no number");
}

}  // namespace
}  // namespace slimc
