// Labels as constants. That they are read as they were is in tests/runtime/predictions_test.cc.
#include "compiler/text/label_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(LabelTables, HaveARecordAClass) {
  const ClassLabels labels = {.file = "l.txt", .list = {{"n1", "cat"}, {"", "dog"}, {"n3", "ox"}}};
  EXPECT_THAT(label_tables(labels),
              AllOf(HasSubstr("\"n1\\000cat\\000\"\n"), HasSubstr("\"\\000dog\\000\"\n"),
                    HasSubstr("constexpr uint16_t label_at[] = {\n"
                              "    0, 7, 12};\n")));
}

TEST(LabelTables, HaveLargerNumbersForLongerTexts) {
  ClassLabels labels;
  for (int i = 0; i < 10; ++i) labels.list.push_back({"", std::string(8000, 'x')});
  EXPECT_THAT(label_tables(labels), HasSubstr("constexpr uint32_t label_at[]"));
}

TEST(LabelTables, StayWithinAHundredColumnsOfWholeCharacters) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "鯉";
  std::istringstream lines(label_tables({.file = "", .list = {{"", many}}}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100u);
    const std::size_t quote = line.find('"');
    if (quote == std::string::npos) continue;
    const auto first = static_cast<unsigned char>(line[quote + 1]);
    EXPECT_NE(first & 0xc0u, 0x80u) << line;
  }
}

}  // namespace
}  // namespace slimc
