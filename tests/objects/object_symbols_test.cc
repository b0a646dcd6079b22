#include "compiler/objects/object_symbols.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

class ReadSymbols : public ::testing::TestWithParam<const char*> {};

TEST_P(ReadSymbols, AsCSpellsThem) {
  const std::string object = testing::compile_c(
      "int imported(void); static int local = 3; int _underscored = 4;\n"
      "int defined(void) { return imported() + local++; }",
      GetParam());
  std::map<std::string, ObjectSymbol> symbols;
  for (const ObjectSymbol& symbol : read_symbols(object)) symbols[symbol.name] = symbol;
  EXPECT_TRUE(symbols["defined"].defined && symbols["defined"].global);
  EXPECT_TRUE(symbols["_underscored"].defined && symbols["_underscored"].global);
  ASSERT_TRUE(symbols.contains("imported"));
  EXPECT_FALSE(symbols["imported"].defined);
  EXPECT_FALSE(symbols["local"].global);
}

INSTANTIATE_TEST_SUITE_P(Formats, ReadSymbols,
                         ::testing::Values("x86_64-unknown-linux-gnu",
                                           "armv7-unknown-linux-gnueabihf",
                                           "arm64-apple-macosx11.0.0", "x86_64-pc-windows-msvc",
                                           "i386-pc-windows-msvc"));

TEST(ReadSymbols, OfBytesThatAreNoObjectIsEmpty) {
  EXPECT_TRUE(read_symbols("").empty());
  EXPECT_TRUE(read_symbols("\x7f"
                           "ELF")
                  .empty());
  EXPECT_TRUE(read_symbols(std::string(1000, 'a')).empty());
}

}  // namespace
}  // namespace slimc
