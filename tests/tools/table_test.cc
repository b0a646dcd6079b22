#include "compiler/tools/table.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(Table, AlignsColumns) {
  Table table({{"layer"}, {"count", Table::Align::Right}, {""}});
  table.add({"a", "1 000", ""});
  table.add_rule();
  table.add({"a long one", "7", "odd"});
  EXPECT_EQ(table.to_string(),
            "layer       count\n"
            "----------  -----  ---\n"
            "a           1 000\n"
            "----------  -----  ---\n"
            "a long one      7  odd\n");
}

TEST(Table, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1 000");
  EXPECT_EQ(grouped(-4233001), "-4 233 001");
  EXPECT_EQ(grouped(-100), "-100");
}

}  // namespace
}  // namespace slimc
