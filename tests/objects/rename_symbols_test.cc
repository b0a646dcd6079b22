#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/objects/object_symbols.h"
#include "compiler/objects/rename_symbols.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

// The shape of Halide's objects: the function, its two companions, an inner function named after
// it, its name in a constant, an import, and a constant that has a symbol on Windows.
std::string kernel_code() {
  std::string code = R"(
    extern void *halide_malloc(void *, unsigned long);
    static const char text[] = "KERNEL";
    int KERNEL_inner(int x) { return x * 2; }
    int KERNEL(int x) { return halide_malloc(0, x) ? KERNEL_inner(x) : 1; }
    int KERNEL_argv(void **a) { return KERNEL(*(int *)a[0]); }
    const char *KERNEL_metadata(void) { return text; }
    double KERNEL_scale(double x) { return x * 0.37; }
  )";
  for (std::size_t at; (at = code.find("KERNEL")) != std::string::npos;) {
    code.replace(at, 6, kernel_placeholder());
  }
  return code;
}

class RenameKernel : public ::testing::TestWithParam<const char*> {};

TEST_P(RenameKernel, RenamesEverySymbolAndNothingElse) {
  const std::string triple = GetParam();
  const bool underscores = triple.find("apple") != triple.npos || triple.rfind("i386-pc", 0) == 0;
  const std::string prefix = underscores ? "_" : "";
  const std::string before = testing::compile_c(kernel_code(), triple);
  const std::string after = *rename_kernel(before, "mynet_block_3");
  EXPECT_EQ(after.size(), before.size());
  EXPECT_EQ(after.find(kernel_placeholder()), std::string::npos);
  EXPECT_THAT(
      testing::nm(after),
      IsSupersetOf({"T " + prefix + "mynet_block_3", "T " + prefix + "mynet_block_3_argv",
                    "T " + prefix + "mynet_block_3_metadata", "T " + prefix + "mynet_block_3_inner",
                    "U " + prefix + "halide_malloc"}));
  EXPECT_THAT(testing::nm(after), Each(Not(HasSubstr("slimc_kernel"))));
}

TEST_P(RenameKernel, TakesNamesAsLongAsThePlaceholder) {
  const std::string longest(kernel_placeholder().size(), 'n');
  const std::string object = *rename_kernel(testing::compile_c(kernel_code(), GetParam()), longest);
  std::vector<std::string> defined;
  for (const ObjectSymbol& symbol : read_symbols(object)) {
    if (symbol.global && symbol.defined) defined.push_back(symbol.name);
  }
  EXPECT_THAT(defined, IsSupersetOf({longest, longest + "_argv", longest + "_metadata"}));
}

INSTANTIATE_TEST_SUITE_P(Formats, RenameKernel,
                         ::testing::Values("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
                                           "armv7-unknown-linux-gnueabihf",
                                           "x86_64-apple-macosx10.15.0", "arm64-apple-macosx11.0.0",
                                           "x86_64-pc-windows-msvc", "i386-pc-windows-msvc"));

#if defined(__x86_64__) && defined(__linux__)
TEST(RenamedKernels, LinkAndRunTogether) {
  const std::string object = testing::compile_c(kernel_code(), "x86_64-unknown-linux-gnu");
  const TemporaryFolder folder = testing::temporary_folder();
  testing::write_text(folder.path() / "a.o", *rename_kernel(object, "first"));
  testing::write_text(folder.path() / "b.o", *rename_kernel(object, "second_kernel"));
  testing::write_text(folder.path() / "main.c",
                      "#include <stdio.h>\n"
                      "void *halide_malloc(void *u, unsigned long n) { return n ? &n : u; }\n"
                      "int first(int), second_kernel(int);\n"
                      "const char *first_metadata(void), *second_kernel_metadata(void);\n"
                      "int main(void) { printf(\"%d %d %s %s\\n\", first(21), second_kernel(4),\n"
                      "  first_metadata(), second_kernel_metadata()); }\n");
  testing::output_of(std::string(SLIMC_LLVM_TOOLS) + "/clang",
                     {folder.path() / "main.c", folder.path() / "a.o", folder.path() / "b.o", "-w",
                      "-o", folder.path() / "program"});
  EXPECT_EQ(testing::output_of(folder.path() / "program", {}), "42 8 first second_kernel\n");
}
#endif

TEST(RenameKernel, SaysWhatIsNoKernel) {
  const auto error = [](const std::string& object) {
    const Result<std::string> renamed = rename_kernel(object, "x");
    return renamed ? "" : renamed.error().to_string();
  };
  EXPECT_THAT(error(""), HasSubstr("kernel 'x': is no object file"));
  EXPECT_EQ(error(testing::compile_c("int f(void) { return 1; }", "x86_64-linux-gnu")),
            "kernel 'x': does not define the placeholder that stands for its name");
  EXPECT_EQ(error(testing::compile_c(kernel_code() + "int somebody_elses(void) { return 1; }",
                                     "x86_64-linux-gnu")),
            "kernel 'x': defines the foreign symbol 'somebody_elses'");
  EXPECT_EQ(error(testing::compile_c(kernel_code(), "wasm32-unknown-unknown")),
            "kernel 'x': is 32-bit little-endian WASM, which slimc cannot edit; expected "
            "little-endian ELF, Mach-O, COFF");
}

}  // namespace
}  // namespace slimc
