#include "compiler/objects/hide_symbols.h"

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/BinaryFormat/MachO.h>

#include <cstddef>

#include "compiler/objects/mach_o_commands.h"
#include "compiler/objects/object_bytes.h"
#include "compiler/objects/object_editor.h"

namespace slimc {
namespace {

namespace elf = llvm::ELF;
namespace macho = llvm::MachO;

template <typename Header, typename Section, typename Symbol>
Result<void> hide_elf(std::string& object) {
  SLIMC_ASSIGN(const auto header, read_at<Header>(object, 0));
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    SLIMC_ASSIGN(const auto section,
                 read_at<Section>(object, header.e_shoff + i * sizeof(Section)));
    if (section.sh_type != elf::SHT_SYMTAB) continue;
    for (std::size_t s = 0; s < section.sh_size / sizeof(Symbol); ++s) {
      const std::size_t at = section.sh_offset + s * sizeof(Symbol);
      SLIMC_ASSIGN(auto symbol, read_at<Symbol>(object, at));
      if (symbol.getBinding() == elf::STB_LOCAL || symbol.st_shndx == elf::SHN_UNDEF) continue;
      symbol.st_other |= elf::STV_HIDDEN;
      write_at(object, at, symbol);
    }
  }
  return {};
}

Result<void> hide_mach_o_table(std::string& object, const macho::symtab_command& table) {
  for (std::size_t s = 0; s < table.nsyms; ++s) {
    const std::size_t at = table.symoff + s * sizeof(macho::nlist_64);
    SLIMC_ASSIGN(auto symbol, read_at<macho::nlist_64>(object, at));
    const bool defined = (symbol.n_type & macho::N_TYPE) != macho::N_UNDF;
    if ((symbol.n_type & macho::N_EXT) == 0 || !defined) continue;
    symbol.n_type |= macho::N_PEXT;
    write_at(object, at, symbol);
  }
  return {};
}

}  // namespace

Result<void> hide_elf_symbols(std::string& object) {
  SLIMC_ASSIGN(const auto begin, read_at<elf::Elf32_Ehdr>(object, 0));
  if (begin.e_ident[elf::EI_CLASS] == elf::ELFCLASS64) {
    return hide_elf<elf::Elf64_Ehdr, elf::Elf64_Shdr, elf::Elf64_Sym>(object);
  }
  return hide_elf<elf::Elf32_Ehdr, elf::Elf32_Shdr, elf::Elf32_Sym>(object);
}

Result<void> hide_mach_o_symbols(std::string& object) {
  SLIMC_ASSIGN(const LoadCommands commands, load_commands(object));
  for (const std::size_t at : commands.offsets) {
    SLIMC_ASSIGN(const auto command, read_at<macho::load_command>(object, at));
    if (command.cmd == macho::LC_SYMTAB) {
      SLIMC_ASSIGN(const auto table, read_at<macho::symtab_command>(object, at));
      SLIMC_TRY(hide_mach_o_table(object, table));
    }
  }
  return {};
}

Result<void> keep_coff_symbols(std::string& /*object*/) { return {}; }

Result<void> hide_symbols(std::string& object) {
  SLIMC_ASSIGN(const ObjectEditor* editor, editor_of(object));
  return editor->hide_symbols(object);
}

}  // namespace slimc
