#include <llvm/ADT/Triple.h>
#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>

#include "compiler/build/codegen.h"
#include "compiler/objects/mach_o_platform.h"

namespace slimc {

// Deterministic: no times, no owners, members in the order given.
Result<std::string> write_archive(const std::vector<ArchiveMember>& members, const Target& target) {
  // Windows' linkers read GNU archives, and LLVM's own llvm-lib writes them.
  const auto kind = llvm::Triple(target.triple).isOSDarwin() ? llvm::object::Archive::K_DARWIN
                                                             : llvm::object::Archive::K_GNU;
  std::vector<std::string> objects;
  for (const ArchiveMember& member : members) {
    objects.push_back(kind == llvm::object::Archive::K_DARWIN
                          ? with_platform(member.bytes, target.triple)
                          : member.bytes);
  }
  std::vector<llvm::NewArchiveMember> list;
  for (std::size_t i = 0; i < members.size(); ++i) {
    list.emplace_back(llvm::MemoryBufferRef(objects[i], members[i].name));
  }
  auto archive = llvm::writeArchiveToBuffer(list, /*WriteSymtab=*/true, kind,
                                            /*Deterministic=*/true, /*Thin=*/false);
  if (!archive) {
    return fail({.message = "cannot make an archive: " + llvm::toString(archive.takeError()),
                 .blame = Blame::Tool});
  }
  return (*archive)->getBuffer().str();
}

}  // namespace slimc
