// Mach-O's structures: <mach-o/loader.h>, https://github.com/apple-oss-distributions/xnu, under
// EXTERNAL_HEADERS; here by LLVM's names. Objects are 64-bit and little-endian, like the machines
// that slimc runs on.
#include "compiler/objects/mach_o_platform.h"

#include <llvm/ADT/Triple.h>
#include <llvm/BinaryFormat/MachO.h>
#include <llvm/Support/VersionTuple.h>

#include <cstring>
#include <vector>

#include "support/check.h"

namespace slimc {
namespace {

namespace macho = llvm::MachO;

template <typename T>
T read(const std::string& bytes, std::size_t at) {
  SLIMC_CHECK(at <= bytes.size() && bytes.size() - at >= sizeof(T), "a Mach-O object is torn");
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <typename T>
void write(std::string& bytes, std::size_t at, const T& value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

macho::build_version_command platform_of(const llvm::Triple& triple) {
  llvm::VersionTuple least;
  if (triple.isiOS()) {
    least = triple.getiOSVersion();
  } else {
    triple.getMacOSXVersion(least);
  }
  macho::build_version_command command{};
  command.cmd = macho::LC_BUILD_VERSION;
  command.cmdsize = sizeof command;
  command.platform = triple.isiOS() ? macho::PLATFORM_IOS : macho::PLATFORM_MACOS;
  command.minos = least.getMajor() << 16 | least.getMinor().getValueOr(0) << 8;
  return command;
}

// File offsets in load commands, moved by what was put in front of all that they point to. Zero
// points to nothing.
class Mover {
 public:
  Mover(std::string& object, std::uint32_t distance) : object_(object), distance_(distance) {}

  void move_command(std::size_t at) {
    switch (const auto kind = read<macho::load_command>(object_, at).cmd) {
      case macho::LC_SEGMENT_64:
        move_segment(at);
        break;
      case macho::LC_SYMTAB:
        move_fields(at, &macho::symtab_command::symoff, &macho::symtab_command::stroff);
        break;
      case macho::LC_DYSYMTAB:
        using Dynamic = macho::dysymtab_command;
        move_fields(at, &Dynamic::tocoff, &Dynamic::modtaboff, &Dynamic::extrefsymoff,
                    &Dynamic::indirectsymoff, &Dynamic::extreloff, &Dynamic::locreloff);
        break;
      case macho::LC_DATA_IN_CODE:
      case macho::LC_LINKER_OPTIMIZATION_HINT:
        move_fields(at, &macho::linkedit_data_command::dataoff);
        break;
      default:
        SLIMC_CHECK(kind == macho::LC_LINKER_OPTION, "an object has an unknown load command");
    }
  }

 private:
  template <typename Command, typename... Fields>
  void move_fields(std::size_t at, Fields Command::*... fields) {
    auto command = read<Command>(object_, at);
    ((command.*fields += command.*fields != 0 ? distance_ : 0), ...);
    write(object_, at, command);
  }

  void move_segment(std::size_t at) {
    move_fields(at, &macho::segment_command_64::fileoff);
    const auto sections = read<macho::segment_command_64>(object_, at).nsects;
    at += sizeof(macho::segment_command_64);
    for (std::uint32_t i = 0; i < sections; ++i, at += sizeof(macho::section_64)) {
      move_fields(at, &macho::section_64::offset, &macho::section_64::reloff);
    }
  }

  std::string& object_;
  const std::uint32_t distance_;
};

}  // namespace

std::string with_platform(std::string object, const std::string& triple) {
  auto header = read<macho::mach_header_64>(object, 0);
  SLIMC_CHECK(header.magic == macho::MH_MAGIC_64, "an object is not Mach-O");
  const macho::build_version_command platform = platform_of(llvm::Triple(triple));

  std::vector<std::size_t> commands;
  std::size_t end = sizeof header;
  for (std::uint32_t i = 0; i < header.ncmds; ++i) {
    const auto command = read<macho::load_command>(object, end);
    if (command.cmd == macho::LC_BUILD_VERSION) return object;
    commands.push_back(end);
    end += command.cmdsize;
  }
  Mover mover(object, sizeof platform);
  for (const std::size_t at : commands) mover.move_command(at);
  header.ncmds += 1;
  header.sizeofcmds += sizeof platform;
  write(object, 0, header);
  object.insert(end, reinterpret_cast<const char*>(&platform), sizeof platform);
  return object;
}

}  // namespace slimc
