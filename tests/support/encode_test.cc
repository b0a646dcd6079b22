#include "support/encode.h"

#include <gmock/gmock.h>

#include "support/utf8.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

// Text of a stranger's: a title for the terminal, a line that looks like slimc's, an override of
// direction, a tag, a byte that is no UTF-8.
constexpr std::string_view kHostile =
    "x\x1b]0;title\x07\nslimc: error: forged\r\u202egnp.\U000e0041\xff";
constexpr std::string_view kHostileShown =
    "x\\x1b]0;title\\x07\\x0aslimc: error: forged\\x0d\\u202egnp.\\U000e0041\\xff";

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("MobilenetV1/Logits:0"), "MobilenetV1/Logits:0");
  EXPECT_EQ(printable("caf\u00e9 \u9bc9 \U0001f41f \\x1b"), "caf\u00e9 \u9bc9 \U0001f41f \\x1b");
}

TEST(Printable, IsOneLineOfWhatIsSeen) {
  EXPECT_EQ(printable(kHostile), kHostileShown);
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("a\rb\tc\x7f"), "a\\x0db\\x09c\\x7f");
  EXPECT_EQ(printable("a\xc2\x9b m"), "a\\u009b m");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("a\u2028b\u200bc\ufeff"), "a\\u2028b\\u200bc\\ufeff");
}

// A byte of Latin 1, the long form of '/', and a character cut short.
TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(printable("a\xe9\xaf"), "a\\xe9\\xaf");
}

TEST(QuotedLines, CannotPassForOurs) {
  EXPECT_EQ(quoted_lines(""), "");
  EXPECT_EQ(quoted_lines("one"), "\n  | one");
  EXPECT_EQ(quoted_lines("one\r\nslimc: error: \x1b[2J\n"),
            "\n  | one\n  | slimc: error: \\x1b[2J");
}

TEST(PrintableMessage, KeepsTheBreaksOfQuotedLinesAlone) {
  EXPECT_EQ(printable_message("clang++ failed:" + quoted_lines("a\nb")),
            "clang++ failed:\n  | a\n  | b");
  EXPECT_EQ(printable_message(kHostile), kHostileShown);
  EXPECT_EQ(printable_message("a\n"), "a\\x0a");
}

TEST(PrintableText, KeepsNewlines) {
  EXPECT_EQ(printable_text("a\x1b\n\nb\u202e\n"), "a\\x1b\n\nb\\u202e\n");
}

TEST(PrintableJson, EscapesAsJsonDoes) {
  EXPECT_EQ(printable_json("{\n \"\u00e9\x7f\": \"\u202e\U000e0041\"\n}"),
            "{\n \"\u00e9\\u007f\": \"\\u202e\\udb40\\udc41\"\n}");
}

TEST(CommentText, StaysInItsComment) {
  EXPECT_EQ(comment_text("a */ b /* c"), "a * / b / * c");
  EXPECT_EQ(comment_text("/*/"), "/ * /");
  EXPECT_EQ(comment_text("a\nb\\"), "a\\x0ab\\x5c");
  EXPECT_EQ(comment_text("a ?\?/"), "a ?? /");
  EXPECT_EQ(comment_text(kHostile), kHostileShown);
}

TEST(StringLiteral, HasTheSameBytes) {
  EXPECT_EQ(string_literal("say \"\\?\?/\n1"), R"("say \042\134\077\077/\0121")");
  EXPECT_EQ(string_literal("caf\u00e9"), "\"caf\u00e9\"");
  EXPECT_EQ(string_literal("\u202e\xff"), R"("\342\200\256\377")");
}

TEST(PkgConfigValue, IsReadBackAsItWas) {
  EXPECT_EQ(pkg_config_value("x86-64 and ${HOME}#\nLibs: -lx"),
            "x86-64 and $${HOME}\\#\\\\x0aLibs: -lx");
}

std::string reason(std::string_view path, RuleSide side = RuleSide::Prerequisite) {
  const Result<std::string> name = dependency_name(std::filesystem::path(path), side);
  return name ? "" : name.error().to_string();
}

TEST(DependencyName, EscapesWhatBothToolsUnescape) {
  const auto name = [](const char* path) {
    return dependency_name(path, RuleSide::Prerequisite).value();
  };
  EXPECT_EQ(name("a b#$:c"), "a\\ b\\#$$\\:c");
  EXPECT_EQ(name("a\\\\ b\\c"), "a\\\\\\\\\\ b\\c");
}

// What tools make of the accepted ones shows depfile_test.cc.
TEST(DependencyName, RefusesWhatOneOfThemCannotRead) {
  EXPECT_THAT(reason("net\nall: ; touch pwned\n.ckpt"), HasSubstr("control characters"));
  for (const char* path :
       {"a\tb", "a\rb", "a\x7f", "a\xc2\x85", "a;b", "a|b", "a*b",   "a?b",   "a'b",
        "a\"b", "a`b",  "a&b",   "a<b",       "a>b", "a^b", "a\\#b", "a\\$b", "a\\:b",
        "a\\",  "a ",   "a:",    "~root/a",   "=a",  "+=a", "a[b]c", "a(b)"}) {
    EXPECT_NE(reason(path), "") << path;
    EXPECT_THAT(reason(path), testing::StartsWith(path));
  }
  EXPECT_EQ(reason("a%b=c"), "");
  EXPECT_NE(reason("a%b", RuleSide::Target), "");
  EXPECT_NE(reason("a=b", RuleSide::Target), "");
}

}  // namespace
}  // namespace slimc
