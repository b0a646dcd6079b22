#include "compiler/objects/write_archive.h"

#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>

#include "compiler/objects/mach_o_platform.h"
#include "compiler/targets/target.h"

namespace slimc {

namespace {

llvm::object::Archive::Kind kind_of(ArchiveKind kind) {
  switch (kind) {
    case ArchiveKind::Gnu:
      return llvm::object::Archive::K_GNU;
    case ArchiveKind::Darwin:
      return llvm::object::Archive::K_DARWIN;
  }
  return llvm::object::Archive::K_GNU;
}

// What the target's linker expects of an object.
Result<std::string> finished(const ArchiveMember& member, const Target& target) {
  if (target.platform->mach_o_platform == 0) return member.bytes;
  Result<std::string> object = with_platform(member.bytes, target);
  if (object) return object;
  Diagnostics problems;
  for (Diagnostic problem : object.error().list()) {
    problem.subject = "object '" + member.name + "'";
    problems.add(std::move(problem));
  }
  return Failure(std::move(problems));
}

}  // namespace

// Deterministic: no times, no owners, members in the order given.
Result<std::string> write_archive(const std::vector<ArchiveMember>& members, const Target& target) {
  std::vector<std::string> objects;
  for (const ArchiveMember& member : members) {
    SLIMC_ASSIGN(std::string object, finished(member, target));
    objects.push_back(std::move(object));
  }
  std::vector<llvm::NewArchiveMember> list;
  for (std::size_t i = 0; i < members.size(); ++i) {
    list.emplace_back(llvm::MemoryBufferRef(objects[i], members[i].name));
  }
  auto archive =
      llvm::writeArchiveToBuffer(list, /*WriteSymtab=*/true, kind_of(target.platform->archive),
                                 /*Deterministic=*/true, /*Thin=*/false);
  if (!archive) {
    return fail({.message = "cannot make an archive: " + llvm::toString(archive.takeError()),
                 .blame = Blame::Tool});
  }
  return (*archive)->getBuffer().str();
}

}  // namespace slimc
