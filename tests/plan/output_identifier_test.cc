#include "compiler/plan/output_identifier.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(OutputIdentifier, IsAWordOfC) {
  EXPECT_EQ(output_identifier("MobilenetV1/Logits:0", {}), "mobilenetv1_logits_0");
  EXPECT_EQ(output_identifier("", {}), "output");
  EXPECT_EQ(output_identifier("1x1", {}), "output_1x1");
  EXPECT_EQ(output_identifier("int", {}), "int_");
  EXPECT_EQ(output_identifier(std::string(200, 'a'), {}).size(), 60u);
}

TEST(OutputIdentifier, IsNobodyElses) {
  std::vector<PlanOutput> others = {{"a/b", "a_b", {}}};
  others.push_back({"a.b", output_identifier("a.b", others), {}});
  EXPECT_NE(others[1].identifier, "a_b");
  others.push_back({"a:b", output_identifier("a:b", others), {}});
  EXPECT_NE(others[2].identifier, others[1].identifier);
}

}  // namespace
}  // namespace slimc
