#include "compiler/support/utf8.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("MobilenetV1/Logits:0\nnext"), "MobilenetV1/Logits:0\nnext");
  EXPECT_EQ(printable("caf\u00e9 \u9bc9 \U0001f41f \\x1b"), "caf\u00e9 \u9bc9 \U0001f41f \\x1b");
}

TEST(Printable, EscapesWhatTerminalsObey) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("a\rb\tc\x7f"), "a\\x0db\\x09c\\x7f");
  EXPECT_EQ(printable("a\xc2\x9b m"), "a\\xc2\\x9b m");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

// A byte of Latin 1, the long form of '/', and a character cut short.
TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(printable("a\xe9\xaf"), "a\\xe9\\xaf");
}

TEST(CountCharacters, CountsNoBytes) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("caf\u00e9 \u9bc9"), 6u);
  EXPECT_EQ(count_characters("\xff\xfe"), 2u);
}

}  // namespace
}  // namespace slimc
