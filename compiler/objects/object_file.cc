#include "compiler/objects/object_file.h"

#include <llvm/Support/MemoryBuffer.h>

namespace slimc {

Result<std::unique_ptr<llvm::object::ObjectFile>> open_object(const std::string& object) {
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (file) return std::move(*file);
  return fail(
      {.message = "is no object file: " + llvm::toString(file.takeError()), .blame = Blame::Tool});
}

std::optional<ObjectFormat> format_of(const llvm::object::ObjectFile& file) {
  if (file.isELF()) return ObjectFormat::Elf;
  if (file.isMachO()) return ObjectFormat::MachO;
  if (file.isCOFF()) return ObjectFormat::Coff;
  return std::nullopt;
}

}  // namespace slimc
