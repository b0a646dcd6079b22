// The weights object and the archive, read back with LLVM's readers and system tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <random>

#include "compiler/build/codegen.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

Plan plan_with_weights(std::size_t bytes) {
  Plan plan;
  plan.name = "mynet";
  std::mt19937 random(7);
  for (std::size_t i = 0; i < bytes; ++i) plan.weights += static_cast<char>(random());
  return plan;
}

class WeightsObject : public ::testing::TestWithParam<const char*> {};

TEST_P(WeightsObject, HoldsTheBytesAlignedInAConstantSection) {
  const auto target = parse_target(GetParam());
  ASSERT_TRUE(target.has_value());
  const Plan plan = plan_with_weights(100'003);
  const auto object = write_weights_object(plan, *target);
  ASSERT_TRUE(object.has_value()) << object.error().to_string();

  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(*object, "weights"));
  ASSERT_TRUE(static_cast<bool>(file));
  EXPECT_EQ((*file)->makeTriple().getArch(), llvm::Triple(target->triple).getArch());
  int found = 0;
  for (const auto& symbol : (*file)->symbols()) {
    const std::string name = llvm::cantFail(symbol.getName()).str();
    if (name != "mynet_k_weights" && name != "_mynet_k_weights") continue;
    ++found;
    const auto section = llvm::cantFail(symbol.getSection());
    EXPECT_GE(section->getAlignment(), 64u);
    EXPECT_FALSE(section->isText());
    const std::uint64_t at = llvm::cantFail(symbol.getAddress()) - section->getAddress();
    EXPECT_EQ(at % 64, 0u);
    const std::string contents = llvm::cantFail(section->getContents()).str();
    EXPECT_TRUE(contents.compare(at, plan.weights.size(), plan.weights) == 0);
    EXPECT_THAT(llvm::cantFail(section->getName()).str(),
                ::testing::AnyOf(".rodata", "__const", ".rdata"));
  }
  EXPECT_EQ(found, 1);
}

INSTANTIATE_TEST_SUITE_P(Targets, WeightsObject,
                         ::testing::Values("host", "x86-64", "x86-64-macos", "x86-64-windows",
                                           "x86-32-windows", "arm64", "arm64-macos",
                                           "arm64-android", "arm64-ios", "arm64-windows",
                                           "arm64-baremetal", "armv7-neon", "armv7-neon-android",
                                           "armv7-neon-baremetal"));

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

INSTANTIATE_TEST_SUITE_P(Targets, ArchiveOf,
                         ::testing::Values("x86-64", "arm64", "armv7-neon", "arm64-macos",
                                           "x86-64-windows"));

#if defined(__x86_64__) && defined(__linux__)
TEST(Archive, LinksAndTheProgramSeesTheWeights) {
  const auto target = parse_target("host");
  ASSERT_TRUE(target.has_value());
  const Plan plan = plan_with_weights(4096);
  auto list = members(target->triple);
  list.push_back({"mynet_k_weights.o", *write_weights_object(plan, *target)});
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
  EXPECT_EQ(testing::output_of(folder.path() / "program", {}), plan.weights);
  EXPECT_THAT(testing::output_of("nm", {"--print-armap", folder.path() / "libmynet.a"}),
              ::testing::HasSubstr("mynet_k_weights in mynet_k_weights.o"));
  EXPECT_EQ(testing::output_of("ar", {"t", folder.path() / "libmynet.a"}),
            "mynet.o\na_member_with_a_long_name.o\nmynet_k_weights.o\n");
}
#endif

}  // namespace
}  // namespace slimc
