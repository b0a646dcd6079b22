// Libraries for systems that are not here: LLVM's readers take the archive apart, and its linkers
// make a program of it. Of the targets that are run only the archive is looked at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/ADT/Triple.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/COFF.h>
#include <llvm/Object/MachO.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <set>

#include "compiler/build/compile_libraries.h"
#include "compiler/objects/pack_weights.h"
#include "compiler/targets/target_list.h"
#include "tests/targets/link_with_lld.h"
#include "tests/targets/machines.h"
#include "tests/targets/small_networks.h"

namespace slimc::testing {
namespace {

namespace object = llvm::object;
using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::StartsWith;

std::vector<ListedTarget> targets_to_link() {
  std::vector<ListedTarget> list;
  for (const ListedTarget& listed : listed_targets()) {
    if (listed.tested == Tested::Linked) list.push_back(listed);
  }
  return list;
}

// What programs can change; relocated constants (ELF's .data.rel.ro, Mach-O's __DATA,__const) are
// not that.
bool is_writable(const object::SectionRef& section) {
  const object::ObjectFile& file = *section.getObject();
  const llvm::StringRef name = llvm::cantFail(section.getName());
  if (section.getSize() == 0) return false;
  // By name: LLVM 14's header about ELF, which knows the flags, is not C++20.
  if (file.isELF()) {
    return section.isBSS() || name.startswith(".tdata") ||
           (name.startswith(".data") && !name.startswith(".data.rel.ro"));
  }
  if (const auto* coff = llvm::dyn_cast<object::COFFObjectFile>(&file)) {
    return (coff->getCOFFSection(section)->Characteristics & llvm::COFF::IMAGE_SCN_MEM_WRITE) != 0;
  }
  const auto& mach_o = llvm::cast<object::MachOObjectFile>(file);
  const llvm::StringRef segment = mach_o.getSectionFinalSegmentName(section.getRawDataRefImpl());
  return segment == "__DATA" && name != "__const";
}

// The smallest versions of Mach-O files' systems, from their load commands; "none" without one.
std::string build_version(const object::MachOObjectFile& file) {
  for (const auto& command : file.load_commands()) {
    if (command.C.cmd != llvm::MachO::LC_BUILD_VERSION) continue;
    const auto version = file.getBuildVersionLoadCommand(command);
    return file.getBuildPlatform(version.platform) + " " + file.getVersionString(version.minos);
  }
  return "none";
}

class LinkedTarget : public ::testing::TestWithParam<ListedTarget> {
 protected:
  void check_archive();
  void check_program();

  // C's spelling.
  std::string without_prefix(llvm::StringRef name) const {
    if (llvm::Triple(GetParam().target.triple).isOSDarwin()) {
      EXPECT_TRUE(name.consume_front("_")) << name.str() << " lacks Mach-O's underscore";
    }
    return name.str();
  }

  CompiledLibrary library_;
};

void LinkedTarget::check_program() {
  const Result<std::string> program = link_with_lld(library_.archive, library_.header, GetParam());
  ASSERT_TRUE(program) << program.error().to_string();

  auto file = object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(*program, "program"));
  ASSERT_TRUE(static_cast<bool>(file));
  EXPECT_EQ((*file)->makeTriple().getArch(), llvm::Triple(GetParam().target.triple).getArch());
  // The weights are in it, aligned, where nothing can be written.
  const std::string weights = pack_weights(*library_.graph, library_.plan());
  ASSERT_GE(weights.size(), 64u);
  int found = 0;
  for (const auto& section : (*file)->sections()) {
    const std::string contents =
        section.isVirtual() ? "" : llvm::cantFail(section.getContents()).str();
    const std::size_t at = contents.find(weights);
    if (at == std::string::npos) continue;
    ++found;
    EXPECT_EQ((section.getAddress() + at) % 64, 0u);
    EXPECT_FALSE(is_writable(section)) << llvm::cantFail(section.getName()).str();
  }
  EXPECT_EQ(found, 1);
}

void LinkedTarget::check_archive() {
  const llvm::Triple triple(GetParam().target.triple);
  auto archive = object::Archive::create(llvm::MemoryBufferRef(library_.archive, "archive"));
  ASSERT_TRUE(static_cast<bool>(archive));
  // LLVM reads all of the BSD family, of which Darwin is one, as K_BSD; the index has its name.
  EXPECT_EQ((*archive)->kind() == object::Archive::K_BSD, triple.isOSDarwin());
  EXPECT_EQ(library_.archive.find("__.SYMDEF") < 100, triple.isOSDarwin());

  std::set<std::string> defined, undefined, indexed;
  for (const auto& symbol : (*archive)->symbols()) {
    indexed.insert(without_prefix(symbol.getName()));
  }
  llvm::Error error = llvm::Error::success();
  for (const auto& child : (*archive)->children(error)) {
    const std::string name = llvm::cantFail(child.getName()).str();
    SCOPED_TRACE(name);
    auto file = object::ObjectFile::createObjectFile(llvm::cantFail(child.getMemoryBufferRef()));
    ASSERT_TRUE(static_cast<bool>(file));
    EXPECT_EQ((*file)->makeTriple().getArch(), triple.getArch());
    EXPECT_EQ((*file)->isELF(), GetParam().object_format() == "ELF");
    EXPECT_EQ((*file)->isMachO(), GetParam().object_format() == "Mach-O");
    EXPECT_EQ((*file)->isCOFF(), GetParam().object_format() == "COFF");
    if (const auto* mach_o = llvm::dyn_cast<object::MachOObjectFile>(file->get())) {
      EXPECT_EQ(build_version(*mach_o), GetParam().system == "ios" ? "ios 12.0"
                                        : triple.isAArch64()       ? "macos 11.0"
                                                                   : "macos 10.15");
    }
    for (const auto& section : (*file)->sections()) {
      EXPECT_FALSE(is_writable(section)) << llvm::cantFail(section.getName()).str();
    }
    for (const auto& symbol : (*file)->symbols()) {
      const std::uint32_t flags = llvm::cantFail(symbol.getFlags());
      if (!(flags & object::SymbolRef::SF_Global)) continue;
      const bool is_undefined = (flags & object::SymbolRef::SF_Undefined) != 0;
      EXPECT_TRUE(is_undefined ||
                  !(flags & (object::SymbolRef::SF_Weak | object::SymbolRef::SF_Common)));
      (is_undefined ? undefined : defined).insert(without_prefix(llvm::cantFail(symbol.getName())));
    }
  }
  EXPECT_FALSE(static_cast<bool>(error));

  EXPECT_EQ(indexed, defined);
  EXPECT_TRUE(defined.count("net_run") == 1 && defined.count("net_k_weights") == 1);
  for (const std::string& name : defined) {
    // Microsoft's compilers and Clang give constants names of their contents ("__real@3f800000"),
    // so that a program has equal ones once. '@' is in no name of C's.
    if (triple.isOSWindows() && name.find('@') != std::string::npos) continue;
    EXPECT_THAT(name, StartsWith("net_"));
  }
  std::vector<std::string> foreign;
  std::set_difference(undefined.begin(), undefined.end(), defined.begin(), defined.end(),
                      std::back_inserter(foreign));
  std::vector<std::string> allowed = functions_of(GetParam());
  allowed.emplace_back("_fltused");  // Windows: not a function
  EXPECT_THAT(foreign, IsSubsetOf(allowed));
}

TEST_P(LinkedTarget, IsReadAndLinkedByLlvm) {
  Result<CompiledLibrary> library = compile_for(smallest_network(), GetParam().target);
  ASSERT_TRUE(library) << library.error().to_string();
  library_ = std::move(*library);
  check_archive();
  check_program();
}

INSTANTIATE_TEST_SUITE_P(Targets, LinkedTarget, ::testing::ValuesIn(targets_to_link()),
                         [](const auto& info) {
                           std::string name = info.param.name();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace slimc::testing
