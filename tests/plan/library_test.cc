// The library around the plans, by the tiny network's.
#include "compiler/plan/library.h"

#include <gmock/gmock.h>

#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Library tiny() { return testing::library_of(testing::tiny_plan(), *parse_target("host")); }

TEST(KernelSymbol, IsNamedAfterTheFirstStageThatUsesIt) {
  TargetPlan code = tiny().targets.front();
  EXPECT_EQ(kernel_symbol(code, 0), "tiny_k_conv_0");
  EXPECT_EQ(kernel_symbol(code, 1), "tiny_k_conv_0_u8");
  EXPECT_EQ(kernel_symbol(code, 2), "tiny_k_block_1");  // and block_2
  EXPECT_EQ(kernel_symbol(code, 3), "tiny_k_logits");
  EXPECT_EQ(weights_symbol(code), "tiny_k_weights");
  code.suffix = "x86_64";
  EXPECT_EQ(kernel_symbol(code, 3), "tiny_k_x86_64_logits");
  EXPECT_EQ(weights_symbol(code), "tiny_k_x86_64_weights");
}

TEST(VerifyLibrary, FindsWhatIsBroken) {
  Library library = tiny();
  EXPECT_THAT(verify(library), IsEmpty());
  library.labels.list.pop_back();
  EXPECT_THAT(verify(library), ElementsAre("5 labels are not those of the classes"));
  library.labels = {};
  library.targets.push_back(library.targets.front());
  EXPECT_THAT(verify(library), ElementsAre("two targets have symbols with ''"));
  library.targets[0].suffix = "a", library.targets[1].suffix = "b";
  EXPECT_THAT(verify(library), IsEmpty());
  library.targets[1].plan.outputs[0].shape = {2, 7};
  library.targets[1].target.name = "other";
  EXPECT_THAT(verify(library), ElementsAre("the plan for other is another network's"));
  library.targets.clear();
  EXPECT_THAT(verify(library), ElementsAre("a library without a target"));
}

TEST(Library, CountsTheWeightsOfAllTargets) {
  Library library = tiny();
  EXPECT_EQ(library.weights_bytes(), testing::kWeights * 4);
  library.targets.push_back(library.targets.front());
  EXPECT_EQ(library.weights_bytes(), 2 * testing::kWeights * 4);
}

}  // namespace
}  // namespace slimc
