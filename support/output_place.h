// Where the bytes for an output's name go. A name may be a link, a device, a pipe or a descriptor:
// only what is a regular file, or not there, may be replaced by rename(2).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc {

struct OutputPlace {
  enum class Kind : std::uint8_t {
    File,        // regular, or not there yet: `path` is replaced
    Stream,      // a device or a pipe: opened and written into
    Descriptor,  // open in this process already (/dev/stdout): written into as it stands
  };
  Kind kind = Kind::File;
  std::filesystem::path path;  // behind all links
  int descriptor = -1;         // of Kind::Descriptor

  // Of a File that is there already and whose permissions the new one shall have.
  struct Old {
    mode_t mode;
    uid_t owner;
    gid_t group;
  };
  std::optional<Old> old;
};

// Why not to go to `path`, as what it does: "leads over the link ...". That is another user's in a
// folder like /tmp (sticky, and writable for all), anywhere on the way: who follows it writes or
// reads where its owner chose. Empty if there is none; what is not there yet is fine.
std::string foreign_link(const std::filesystem::path& path);

// Follows links. Folders, sockets, loops of links, and links of others in folders like /tmp are
// failures. "-" is standard output.
Result<OutputPlace> output_place(const std::filesystem::path& path);

// Whether the place could be opened, found out without opening it: a device or the reader of a pipe
// would notice. `name` is for messages, as it is for the next two.
Result<void> check_stream(const OutputPlace& place, const std::filesystem::path& name);

// Of a Stream or a Descriptor. A pipe that nobody reads is a failure after some seconds.
Result<UniqueFd> open_stream(const OutputPlace& place, const std::filesystem::path& name);

// Writes all bytes, and makes sure of them where that can be done. That the reader of a pipe has
// gone is a failure, not a signal.
Result<void> write_stream(const UniqueFd& fd, std::string_view bytes,
                          const std::filesystem::path& name);

}  // namespace slimc
