#include <llvm/BinaryFormat/ELF.h>
#include <llvm/BinaryFormat/MachO.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "compiler/objects/object_symbols.h"
#include "support/check.h"

// By hand: LLVM's readers do not say where in the file an entry is. The objects are Halide's and
// LLVM's own, little-endian, and object_symbols.cc has read them before.

namespace slimc {
namespace {

namespace elf = llvm::ELF;
namespace macho = llvm::MachO;

template <typename T>
T read(const std::string& object, std::size_t at) {
  static_assert(std::is_trivially_copyable_v<T>);
  SLIMC_CHECK(at <= object.size() && sizeof(T) <= object.size() - at, "an object is cut short");
  T value;
  std::memcpy(&value, object.data() + at, sizeof value);
  return value;
}

template <typename Header, typename Section, typename Symbol>
void hide_elf(std::string& object) {
  const auto header = read<Header>(object, 0);
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const auto section = read<Section>(object, header.e_shoff + i * sizeof(Section));
    if (section.sh_type != elf::SHT_SYMTAB) continue;
    for (std::size_t s = 0; s < section.sh_size / sizeof(Symbol); ++s) {
      const std::size_t at = section.sh_offset + s * sizeof(Symbol);
      const auto symbol = read<Symbol>(object, at);
      if (symbol.getBinding() == elf::STB_LOCAL || symbol.st_shndx == elf::SHN_UNDEF) continue;
      object[at + offsetof(Symbol, st_other)] |= elf::STV_HIDDEN;
    }
  }
}

void hide_mach_o(std::string& object) {
  const auto header = read<macho::mach_header_64>(object, 0);
  std::size_t at = sizeof header;
  for (std::uint32_t i = 0; i < header.ncmds; ++i) {
    const auto command = read<macho::load_command>(object, at);
    if (command.cmd == macho::LC_SYMTAB) {
      const auto table = read<macho::symtab_command>(object, at);
      for (std::size_t s = 0; s < table.nsyms; ++s) {
        const std::size_t entry = table.symoff + s * sizeof(macho::nlist_64);
        const auto symbol = read<macho::nlist_64>(object, entry);
        const bool defined = (symbol.n_type & macho::N_TYPE) != macho::N_UNDF;
        if ((symbol.n_type & macho::N_EXT) == 0 || !defined) continue;
        object[entry + offsetof(macho::nlist_64, n_type)] |= macho::N_PEXT;
      }
    }
    at += command.cmdsize;
  }
}

}  // namespace

void hide_symbols(std::string& object) {
  const std::string begin = object.substr(0, elf::EI_NIDENT);
  if (begin.starts_with(elf::ElfMagic)) {
    if (begin[elf::EI_CLASS] == elf::ELFCLASS64) {
      hide_elf<elf::Elf64_Ehdr, elf::Elf64_Shdr, elf::Elf64_Sym>(object);
    } else {
      hide_elf<elf::Elf32_Ehdr, elf::Elf32_Shdr, elf::Elf32_Sym>(object);
    }
  } else if (begin.size() >= 4 && read<std::uint32_t>(object, 0) == macho::MH_MAGIC_64) {
    hide_mach_o(object);
  }
}

}  // namespace slimc
