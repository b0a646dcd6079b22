#include "compiler/build/halide_shim.h"

#include <gmock/gmock.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class HalideShim : public ::testing::Test {
 protected:
  Result<std::vector<ArchiveMember>> shim_for(const std::string& code) {
    return halide_shim({{.object = testing::compile_c(code, target.triple)}}, target, tools);
  }
  Target target = *parse_target("x86-64");
  Toolchain tools = {.runtime_include = SLIMC_SOURCE_DIR "/runtime/include"};
};

TEST_F(HalideShim, IsNothingWhereNoKernelNeedsIt) {
  const auto shim = shim_for("int kernel(void) { return 1; }");
  ASSERT_TRUE(shim) << shim.error().to_string();
  EXPECT_TRUE(shim->empty());
}

TEST_F(HalideShim, DefinesWhatAKernelNeeds) {
  const auto shim = shim_for(
      "void *halide_malloc(void *, unsigned long);\n"
      "void *kernel(void) { return halide_malloc(0, 1); }");
  ASSERT_TRUE(shim) << shim.error().to_string();
  ASSERT_EQ(shim->size(), 1u);
  EXPECT_THAT(testing::nm(shim->front().bytes), Contains(HasSubstr(" halide_malloc")));
}

TEST_F(HalideShim, NamesWhatItLacks) {
  const auto shim =
      shim_for("int halide_copy_to_gpu(void); int kernel(void) { return halide_copy_to_gpu(); }");
  ASSERT_FALSE(shim);
  EXPECT_EQ(shim.error().blame(), Blame::Tool);
  EXPECT_THAT(shim.error().to_string(), HasSubstr("kernels need halide_copy_to_gpu"));
}

}  // namespace
}  // namespace slimc
