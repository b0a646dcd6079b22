#include "compiler/objects/mach_o_commands.h"

#include <fmt/format.h>
#include <llvm/BinaryFormat/MachO.h>

#include <cstdint>

#include "compiler/objects/object_bytes.h"

namespace slimc {

namespace macho = llvm::MachO;

Result<LoadCommands> load_commands(const std::string& object) {
  SLIMC_ASSIGN(const auto header, read_at<macho::mach_header_64>(object, 0));
  if (header.magic != macho::MH_MAGIC_64) {
    return fail({.message = "is no 64-bit Mach-O object", .blame = Blame::Tool});
  }
  LoadCommands commands;
  commands.end = sizeof header;
  for (std::uint32_t i = 0; i < header.ncmds; ++i) {
    SLIMC_ASSIGN(const auto command, read_at<macho::load_command>(object, commands.end));
    if (command.cmdsize < sizeof command || command.cmdsize > object.size() - commands.end) {
      return fail({.message = fmt::format("has a load command of {} bytes", command.cmdsize),
                   .blame = Blame::Tool});
    }
    commands.offsets.push_back(commands.end);
    commands.end += command.cmdsize;
  }
  return commands;
}

}  // namespace slimc
