#include "compiler/objects/object_editor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <optional>
#include <vector>

#include "compiler/objects/hide_symbols.h"
#include "compiler/objects/object_file.h"

namespace slimc {
namespace {

bool always(int /*bits*/) { return true; }
bool never(int /*bits*/) { return false; }
bool with_32_bits(int bits) { return bits == 32; }
bool with_64_bits(int bits) { return bits == 64; }

constexpr ObjectEditor kEditors[] = {
    {.format = ObjectFormat::Elf,
     .has_underscores = never,
     .hide_symbols = hide_elf_symbols,
     .edits = always},
    {.format = ObjectFormat::MachO,
     .has_underscores = always,
     .hide_symbols = hide_mach_o_symbols,
     .edits = with_64_bits},
    {.format = ObjectFormat::Coff,
     .has_underscores = with_32_bits,
     .hide_symbols = keep_coff_symbols,
     .edits = always},
};

}  // namespace

Result<const ObjectEditor*> editor_of(const std::string& object) {
  SLIMC_ASSIGN(const auto file, open_object(object));
  const std::optional<ObjectFormat> format = format_of(*file);
  const int bits = file->getBytesInAddress() * 8;
  for (const ObjectEditor& editor : kEditors) {
    if (format == editor.format && editor.edits(bits) && file->isLittleEndian()) return &editor;
  }
  std::vector<std::string_view> known;
  for (const ObjectEditor& editor : kEditors) known.push_back(name_of(editor.format));
  return fail({.message = fmt::format(
                   "is {}-bit {}-endian {}, which slimc cannot edit; expected little-endian {}",
                   bits, file->isLittleEndian() ? "little" : "big", file->getFileFormatName().str(),
                   fmt::join(known, ", ")),
               .blame = Blame::Tool});
}

}  // namespace slimc
