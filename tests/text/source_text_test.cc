// What header and source of a library have in common.
#include "compiler/text/source_text.h"

#include <gtest/gtest.h>

#include "tests/text/libraries.h"

namespace slimc {
namespace {

TEST(SourceText, MacrosAreInCapitals) { EXPECT_EQ(macro_prefix("net_v1"), "NET_V1"); }

TEST(SourceText, FitsLongLines) {
  const std::string word(47, 'w');
  EXPECT_EQ(fit_columns("short\n/* short\n   too */\n"), "short\n/* short\n   too */\n");
  const std::string longer(60, 'l');
  EXPECT_EQ(fit_columns("/* a\n   " + longer + " " + longer + "\n   end */\n"),
            "/* a " + longer + "\n   " + longer + " end */\n");
  // A parenthesis in a string is no list.
  EXPECT_EQ(
      fit_columns("  return \"less than " + longer + longer + "_BYTES(threads) words\";\n"),
      "  return \"less than \"\n         \"" + longer + longer + "_BYTES(threads) words\";\n");
  EXPECT_EQ(fit_columns("f(" + word + ", " + word + ", " + word + ", x);\n"),
            "f(" + word + ", " + word + ",\n  " + word + ", x);\n");
  EXPECT_EQ(fit_columns(longer + "(x, " + word + ");\n"), longer + "(\n    x, " + word + ");\n");
}

TEST(SourceText, BreaksConditionsAndItemsOfLists) {
  const std::string word(60, 'w');
  EXPECT_EQ(fit_columns("  if (" + word + " == 0) return " + word + ";\n"),
            "  if (" + word + " == 0) {\n    return " + word + ";\n  }\n");
  // Else it were two items, and a comma forgotten.
  EXPECT_EQ(fit_columns("      \"" + word + " " + word + "\",\n"),
            "      (\"" + word + " \"\n       \"" + word + "\"),\n");
}

TEST(SourceText, ListsGoOnBelowTheirFirstItem) {
  EXPECT_EQ(wrap_list("f(", {"a", "b"}, ",", ");"), "f(a, b);\n");
  const std::string item(60, 'i');
  EXPECT_EQ(wrap_list("f(", {item, item}, ",", ");"), "f(" + item + ",\n  " + item + ");\n");
}

TEST(SourceText, SaysAmountsInWords) {
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1500), "1.5 KB");
  EXPECT_EQ(bytes_text(4950000), "4.95 MB");
  EXPECT_EQ(count_text(60), "60");
  EXPECT_EQ(count_text(569000000), "569.00 million");
}

TEST(SourceText, AsksTheEnvironmentForOneOfSeveralTargets) {
  Library library = testing::library_of_several_targets();
  EXPECT_EQ(target_names(library), "x86-64-v3 and x86-64");
  EXPECT_TRUE(has_threads(library) && asks_environment(library));
  library.no_threads = true;
  EXPECT_FALSE(has_threads(library) || asks_environment(library));
  EXPECT_FALSE(asks_environment(testing::tiny_library()));
}

}  // namespace
}  // namespace slimc
