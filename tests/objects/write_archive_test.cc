// Archives, read back with LLVM's readers and system tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/Archive.h>
#include <llvm/Support/MemoryBuffer.h>

#include "compiler/objects/write_archive.h"
#include "compiler/objects/write_weights.h"
#include "compiler/targets/target.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

std::vector<ArchiveMember> members(const std::string& triple) {
  return {{"mynet.o", testing::compile_c("int mynet_run(void) { return 1; }", triple)},
          {"a_member_with_a_long_name.o", testing::compile_c("int mynet_other = 3;", triple)}};
}

class ArchiveOf : public ::testing::TestWithParam<const char*> {};

TEST_P(ArchiveOf, ReadsBackWithItsSymbols) {
  const auto target = parse_target(GetParam());
  ASSERT_TRUE(target.has_value());
  const auto list = members(target->triple);
  const auto bytes = write_archive(list, *target);
  ASSERT_TRUE(bytes.has_value());

  auto archive = llvm::object::Archive::create(llvm::MemoryBufferRef(*bytes, "archive"));
  ASSERT_TRUE(static_cast<bool>(archive));
  // LLVM reads all of the BSD family, of which Darwin is one, as K_BSD.
  EXPECT_EQ((*archive)->kind() == llvm::object::Archive::K_BSD,
            target->triple.find("apple") != std::string::npos);
  llvm::Error error = llvm::Error::success();
  std::size_t index = 0;
  for (const auto& child : (*archive)->children(error)) {
    ASSERT_LT(index, list.size());
    EXPECT_EQ(llvm::cantFail(child.getName()), list[index].name);
    // Darwin pads members with newlines to eight bytes.
    EXPECT_EQ(llvm::cantFail(child.getBuffer()).substr(0, list[index].bytes.size()).str(),
              list[index].bytes);
    ++index;
  }
  EXPECT_FALSE(static_cast<bool>(error));
  EXPECT_EQ(index, list.size());
  std::vector<std::string> symbols;
  for (const auto& symbol : (*archive)->symbols()) {
    llvm::StringRef name = symbol.getName();
    name.consume_front("_");
    symbols.push_back(name.str());
  }
  EXPECT_THAT(symbols, ::testing::UnorderedElementsAre("mynet_run", "mynet_other"));
}

TEST_P(ArchiveOf, IsTheSameEveryTime) {
  const auto target = parse_target(GetParam());
  ASSERT_TRUE(target.has_value());
  const auto list = members(target->triple);
  EXPECT_EQ(*write_archive(list, *target), *write_archive(list, *target));
}

// Every member of an archive for Apple's systems has to say which of them it is for.
TEST(Archive, NamesTheMemberThatIsNoObjectOfItsSystem) {
  const auto macos = parse_target("arm64-macos");
  const auto archive = write_archive(
      {{"elf.o", testing::compile_c("int f = 3;", "aarch64-unknown-linux-gnu")}}, *macos);
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().to_string(), "object 'elf.o': is no 64-bit Mach-O object");
  EXPECT_EQ(archive.error().blame(), Blame::Tool);
}

INSTANTIATE_TEST_SUITE_P(Targets, ArchiveOf,
                         ::testing::Values("x86-64", "arm64", "armv7-neon", "arm64-macos",
                                           "x86-64-windows"));

#if defined(__x86_64__) && defined(__linux__)
TEST(Archive, LinksAndTheProgramSeesTheWeights) {
  const auto target = parse_target("host");
  ASSERT_TRUE(target.has_value());
  std::string weights;
  for (int i = 0; i < 4096; ++i) weights += static_cast<char>(i * 7);
  auto list = members(target->triple);
  list.push_back({"mynet_k_weights.o", *write_weights_object("mynet_k_weights", weights, *target)});
  const TemporaryFolder folder = testing::temporary_folder();
  testing::write_text(folder.path() / "libmynet.a", *write_archive(list, *target));
  testing::write_text(folder.path() / "main.c",
                      "#include <stdio.h>\n#include <stdint.h>\n"
                      "extern const unsigned char mynet_k_weights[];\n"
                      "extern int mynet_other; int mynet_run(void);\n"
                      "int main(void) {\n"
                      "  if ((uintptr_t)mynet_k_weights % 64 || mynet_run() + mynet_other != 4)\n"
                      "    return 1;\n"
                      "  fwrite(mynet_k_weights, 1, 4096, stdout);\n}\n");
  testing::output_of(
      std::string(SLIMC_LLVM_TOOLS) + "/clang",
      {folder.path() / "main.c", folder.path() / "libmynet.a", "-o", folder.path() / "program"});
  EXPECT_EQ(testing::output_of(folder.path() / "program", {}), weights);
  EXPECT_THAT(testing::output_of("nm", {"--print-armap", folder.path() / "libmynet.a"}),
              ::testing::HasSubstr("mynet_k_weights in mynet_k_weights.o"));
  EXPECT_EQ(testing::output_of("ar", {"t", folder.path() / "libmynet.a"}),
            "mynet.o\na_member_with_a_long_name.o\nmynet_k_weights.o\n");
}
#endif

}  // namespace
}  // namespace slimc
