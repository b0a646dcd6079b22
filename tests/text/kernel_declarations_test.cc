// What NAME.cc declares of other objects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/source_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string declarations(const Library& library) {
  return kernel_declarations(library, library.targets.front());
}

TEST(KernelDeclarations, NameArgumentsOnceForAllKernelsThatTakeThem) {
  EXPECT_THAT(
      declarations(testing::tiny_library()),
      AllOf(HasSubstr(
                "using FirstConvolution = int(Buffer* image, Buffer* weights, Buffer* output);\n"
                "FirstConvolution tiny_k_conv_0, tiny_k_conv_0_u8;\n"),
            HasSubstr("int32_t row"), HasSubstr("Depthwise tiny_k_block_1;\n"),
            Not(HasSubstr("block_2"))));
}

// Kernels of one kind can differ in what they take, and a kind's name can begin like another's.
TEST(KernelDeclarations, TellListsOfArgumentsApart) {
  Plan plan = testing::tiny_plan();
  plan.stages[2].variants[0].kernel = 4;
  plan.kernels.resize(6);
  plan.stages[2].variants[0].arguments.pop_back();
  plan.stages.push_back(plan.stages[1]);
  plan.stages[4].name = "block_3";
  plan.stages[4].variants[0].kernel = 5;
  plan.stages[4].shape.kind = StageKind::DepthwisePointwise;
  EXPECT_THAT(
      declarations(testing::library_of(plan, testing::target("host"))),
      AllOf(HasSubstr("\nDepthwise tiny_k_block_1;"), HasSubstr("\nDepthwise2 tiny_k_block_2;"),
            HasSubstr("\nDepthwisePointwise tiny_k_block_3;")));
}

TEST(KernelDeclarations, LeaveOutWeightsThatAreAFile) {
  EXPECT_THAT(declarations(testing::tiny_library()), HasSubstr("tiny_k_weights[];"));
  EXPECT_THAT(declarations(testing::library_with_external_weights()), Not(HasSubstr("weights[]")));
}

}  // namespace
}  // namespace slimc
