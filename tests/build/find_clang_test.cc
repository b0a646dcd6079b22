#include "compiler/build/find_clang.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace slimc {
namespace {

TEST(FindClang, TakesWhatIsAskedForThenTheEnvironmentThenThePath) {
  setenv("SLIMC_CLANG", "/from/the/environment", 1);
  EXPECT_EQ(*find_clang("/asked/for"), "/asked/for");
  EXPECT_EQ(*find_clang(""), "/from/the/environment");
  unsetenv("SLIMC_CLANG");
  EXPECT_THAT(*find_clang(""), ::testing::HasSubstr("/clang++"));
}

}  // namespace
}  // namespace slimc
