// Mach-O's structures: <mach-o/loader.h>, https://github.com/apple-oss-distributions/xnu, under
// EXTERNAL_HEADERS; here by LLVM's names. Objects are 64-bit and little-endian, like the machines
// that slimc runs on.
#include "compiler/objects/mach_o_platform.h"

#include <fmt/format.h>
#include <llvm/ADT/Triple.h>
#include <llvm/BinaryFormat/MachO.h>
#include <llvm/Support/VersionTuple.h>

#include "compiler/objects/mach_o_commands.h"
#include "compiler/objects/object_bytes.h"

namespace slimc {
namespace {

namespace macho = llvm::MachO;

// "11.0.0" of the triple.
macho::build_version_command platform_of(const Target& target) {
  const llvm::VersionTuple least = llvm::Triple(target.triple).getOSVersion();
  macho::build_version_command command{};
  command.cmd = macho::LC_BUILD_VERSION;
  command.cmdsize = sizeof command;
  command.platform = target.platform->mach_o_platform;
  command.minos = least.getMajor() << 16 | least.getMinor().getValueOr(0) << 8;
  return command;
}

// File offsets in load commands, moved by what was put in front of all that they point to. Zero
// points to nothing.
class Mover {
 public:
  Mover(std::string& object, std::uint32_t distance) : object_(object), distance_(distance) {}

  Result<void> move_command(std::size_t at) {
    SLIMC_ASSIGN(const auto command, read_at<macho::load_command>(object_, at));
    switch (command.cmd) {
      case macho::LC_SEGMENT_64:
        return move_segment(at);
      case macho::LC_SYMTAB:
        return move_fields(at, &macho::symtab_command::symoff, &macho::symtab_command::stroff);
      case macho::LC_DYSYMTAB:
        using Dynamic = macho::dysymtab_command;
        return move_fields(at, &Dynamic::tocoff, &Dynamic::modtaboff, &Dynamic::extrefsymoff,
                           &Dynamic::indirectsymoff, &Dynamic::extreloff, &Dynamic::locreloff);
      case macho::LC_DATA_IN_CODE:
      case macho::LC_LINKER_OPTIMIZATION_HINT:
        return move_fields(at, &macho::linkedit_data_command::dataoff);
      case macho::LC_LINKER_OPTION:
        return {};
      default:
        return fail({.message = fmt::format("has the load command {:#x}, which slimc does not know",
                                            command.cmd),
                     .blame = Blame::Tool});
    }
  }

 private:
  template <typename Command, typename... Fields>
  Result<void> move_fields(std::size_t at, Fields Command::*... fields) {
    SLIMC_ASSIGN(auto command, read_at<Command>(object_, at));
    ((command.*fields += command.*fields != 0 ? distance_ : 0), ...);
    write_at(object_, at, command);
    return {};
  }

  Result<void> move_segment(std::size_t at) {
    SLIMC_TRY(move_fields(at, &macho::segment_command_64::fileoff));
    SLIMC_ASSIGN(const auto segment, read_at<macho::segment_command_64>(object_, at));
    at += sizeof segment;
    for (std::uint32_t i = 0; i < segment.nsects; ++i, at += sizeof(macho::section_64)) {
      SLIMC_TRY(move_fields(at, &macho::section_64::offset, &macho::section_64::reloff));
    }
    return {};
  }

  std::string& object_;
  const std::uint32_t distance_;
};

}  // namespace

Result<std::string> with_platform(std::string object, const Target& target) {
  SLIMC_ASSIGN(const LoadCommands commands, load_commands(object));
  const macho::build_version_command platform = platform_of(target);
  if (platform.platform == 0) {
    return fail({.message = fmt::format("is Mach-O, and {} is no system of Apple's", target.triple),
                 .blame = Blame::Tool});
  }
  for (const std::size_t at : commands.offsets) {
    SLIMC_ASSIGN(const auto command, read_at<macho::load_command>(object, at));
    if (command.cmd == macho::LC_BUILD_VERSION) return object;
  }
  Mover mover(object, sizeof platform);
  for (const std::size_t at : commands.offsets) SLIMC_TRY(mover.move_command(at));
  SLIMC_ASSIGN(auto header, read_at<macho::mach_header_64>(object, 0));
  header.ncmds += 1;
  header.sizeofcmds += sizeof platform;
  write_at(object, 0, header);
  object.insert(commands.end, reinterpret_cast<const char*>(&platform), sizeof platform);
  return object;
}

}  // namespace slimc
