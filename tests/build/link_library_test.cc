#include "compiler/build/link_library.h"

#include <gmock/gmock.h>

#include "compiler/objects/rename_symbols.h"
#include "tests/common/run_tools.h"
#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class LinkLibrary : public ::testing::Test {
 protected:
  std::string object(const std::string& code) { return testing::compile_c(code, target.triple); }
  CompiledLibrary library_with(const std::string& code) {
    CompiledLibrary library;
    static_cast<Library&>(library) = testing::library_of(testing::tiny_plan(), target);
    library.kernels = {{}};
    for (std::size_t i = 0; i < library.plan().kernels.size(); ++i) {
      library.kernels[0].push_back({.object = object(code)});
    }
    return library;
  }
  Result<void> link(CompiledLibrary& library) {
    return link_library(library, object("int tiny_run(void) { return 0; }"),
                        {object("const char tiny_k_weights[4] = {1};")}, {});
  }
  Target target = *parse_target("x86-64");
  std::string kernel = "int " + kernel_placeholder() + "(void) { return 1; }";
};

TEST_F(LinkLibrary, NamesKernelsAndDropsTheirBytes) {
  CompiledLibrary library = library_with(kernel);
  const auto linked = link(library);
  ASSERT_TRUE(linked) << linked.error().to_string();
  const auto symbols = testing::nm(library.archive);
  for (const char* name : {"tiny_k_conv_0", "tiny_k_block_1", "tiny_k_logits", "tiny_k_weights"}) {
    EXPECT_THAT(symbols, Contains(HasSubstr(name)));
  }
  EXPECT_TRUE(library.kernels[0][0].object.empty());
  EXPECT_GT(library.stack_bytes, 0);
  EXPECT_THAT(library.header, HasSubstr("TINY_STACK_BYTES"));
}

TEST_F(LinkLibrary, SaysWhichKernelIsNone) {
  CompiledLibrary library = library_with(kernel);
  library.kernels[0][3].object = object("int other(void) { return 1; }");
  const auto linked = link(library);
  ASSERT_FALSE(linked);
  EXPECT_TRUE(library.archive.empty());
}

}  // namespace
}  // namespace slimc
