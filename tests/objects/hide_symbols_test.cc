#include "compiler/objects/hide_symbols.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

const std::string kCode =
    "int imported(void); static int local = 3; int shared_constant = 4;\n"
    "int defined(void) { return imported() + local++; }";

class HideSymbols : public ::testing::TestWithParam<const char*> {};

// llvm-readobj is an independent reader.
TEST_P(HideSymbols, HidesDefinitionsAndNothingElse) {
  const std::string triple = GetParam();
  const std::string before = testing::compile_c(kCode, triple);
  std::string object = before;
  ASSERT_TRUE(hide_symbols(object));
  std::map<std::string, bool> hidden;
  std::string name;
  std::istringstream lines(testing::readobj_symbols(object));
  for (std::string line; std::getline(lines, line);) {
    if (const std::size_t at = line.find("Name: "); at != line.npos) {
      name = line.substr(at + 6, line.find(' ', at + 6) - at - 6);
      if (name[0] == '_') name.erase(0, 1);
    }
    if (line.find("STV_HIDDEN") != line.npos || line.find("PrivateExtern") != line.npos) {
      hidden[name] = true;
    }
  }
  const bool coff = triple.find("windows") != triple.npos;
  EXPECT_EQ(hidden["defined"], !coff);
  EXPECT_EQ(hidden["shared_constant"], !coff);
  EXPECT_FALSE(hidden["imported"]);
  EXPECT_FALSE(hidden["local"]);
  EXPECT_EQ(object == before, coff);
  EXPECT_EQ(object.size(), before.size());
}

INSTANTIATE_TEST_SUITE_P(Formats, HideSymbols,
                         ::testing::Values("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
                                           "armv7-unknown-linux-gnueabihf",
                                           "x86_64-apple-macosx10.15.0", "arm64-apple-macosx11.0.0",
                                           "x86_64-pc-windows-msvc", "i386-pc-windows-msvc"));

std::string error(std::string object) {
  const Result<void> hidden = hide_symbols(object);
  return hidden ? "" : hidden.error().to_string();
}

TEST(HideSymbols, SaysWhichFormatItDoesNotKnow) {
  EXPECT_THAT(error("no object"), HasSubstr("is no object file"));
  EXPECT_THAT(error(testing::compile_c(kCode, "wasm32-unknown-unknown")), HasSubstr("WASM"));
  EXPECT_THAT(error(testing::compile_c(kCode, "armv7-apple-ios7.0")),
              HasSubstr("32-bit little-endian Mach-O arm"));
  EXPECT_THAT(error(testing::compile_c(kCode, "powerpc64-unknown-linux-gnu")),
              HasSubstr("64-bit big-endian elf64-powerpc"));
}

// Where the table of symbols is cut off, for LLVM's reader does not look there.
TEST(HideSymbols, SaysWhatIsTorn) {
  for (const char* triple : {"x86_64-unknown-linux-gnu", "armv7-unknown-linux-gnueabihf"}) {
    const std::string object = testing::compile_c(kCode, triple);
    EXPECT_THAT(error(object.substr(0, object.size() - 8)),
                ::testing::AnyOf(HasSubstr("cut short"), HasSubstr("is no object file")));
  }
  const std::string object = testing::compile_c(kCode, "arm64-apple-macosx11.0.0");
  for (std::size_t bytes = 0; bytes < object.size(); bytes += 8) {
    std::string torn = object.substr(0, bytes);
    (void)hide_mach_o_symbols(torn);  // does not read behind the end: sanitizers would say so
    (void)hide_elf_symbols(torn);
  }
}

}  // namespace
}  // namespace slimc
