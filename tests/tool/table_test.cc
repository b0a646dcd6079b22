#include "tool/table.h"

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

// Names of 40 characters, for which 30 columns leave 23.
TEST(Table, ShortensNamesToFit) {
  Table table({{"layer"}, {"count", Table::Align::Right}});
  const std::string begin = "functional/a_block_of_many_layers/";
  table.add({begin + "x/Relu", "1"});
  table.add({begin + "y/Relu", "2"});
  table.add({"short", "12345"});
  EXPECT_EQ(table.to_string(30),
            "layer                    count\n"
            "-----------------------  -----\n"
            "functi..._layers/x/Relu      1\n"
            "functi..._layers/y/Relu      2\n"
            "short                    12345\n"
            "(names shortened for 30 columns; --json has all)\n");
}

TEST(Shortened, StayDifferent) {
  const std::vector<std::string> names = {"aaaaaaaaaa1bbbbbbbbbb", "aaaaaaaaaa2bbbbbbbbbb",
                                          "aaaaaaaaaa1bbbbbbbbbb", "aaaa...bbbbbb", "short"};
  const std::vector<std::string> result = shortened(names, 12);
  EXPECT_EQ(result[0], "aaa...bbbbbb");
  EXPECT_EQ(result[1], "aaa.2.bbbbbb");
  EXPECT_EQ(result[2], result[0]);
  EXPECT_EQ(result[3], "aaa.3.bbbbbb");
  EXPECT_EQ(result[4], "short");
  // What is short enough keeps its text, whoever comes first.
  EXPECT_EQ(shortened({"aaaaaaaaaa1bbbbbbbbbb", "aaa...bbbbbb"}, 12),
            (std::vector<std::string>{"aaa.2.bbbbbb", "aaa...bbbbbb"}));
}

TEST(Table, DropsColumnsWhereNamesAreShortEnough) {
  Table table({{"layer"}, {"kernel", Table::Align::Right, Table::Narrow::Drop}, {"output"}});
  table.add({"one", "3x3", "[1,112,112,32]"});
  EXPECT_EQ(table.to_string(27),
            "layer  output\n"
            "-----  --------------\n"
            "one    [1,112,112,32]\n"
            "(columns left out for 27 columns; --json has all)\n");
  EXPECT_EQ(table.to_string(29),
            "layer  kernel  output\n"
            "-----  ------  --------------\n"
            "one       3x3  [1,112,112,32]\n");
}

TEST(Table, EscapesWhatTerminalsObey) {
  Table table({{"layer"}});
  table.add({"a\x1b[2Jb"});
  table.add({"caf\u00e9"});
  EXPECT_EQ(table.to_string(100), "layer\n---------\na\\x1b[2Jb\ncaf\u00e9\n");
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
