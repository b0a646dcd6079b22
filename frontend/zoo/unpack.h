// Unpacking a .tgz that a stranger may have made.
//
// The gzip layer is zlib's, so that its checksum counts and there is exactly one of it; the tar
// layer is libarchive's. Only files and folders come out, only below the given folder, and the
// limits are checked before anything is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace slimc::frontend {

// The largest published archive, mobilenet_v1_1.0_224.tgz, unpacks to 9 files of less than 200 MB.
struct UnpackLimits {
  std::size_t entries = 256;
  std::uint64_t bytes = std::uint64_t{1} << 30;  // of all files together
};

// Takes what an archive holds. Paths are relative, of plain names, and none comes twice.
class ArchiveReceiver {
 public:
  virtual ~ArchiveReceiver() = default;
  virtual Result<void> begin_file(const std::filesystem::path& path) = 0;
  virtual Result<void> write(std::string_view bytes) = 0;
  virtual Result<void> end_file() = 0;
};

// Reads the archive to its last byte. `name` is for messages. Refused: what is no gzip, is cut
// short or has bytes behind its end, or a wrong checksum; links, devices and other things that are
// neither file nor folder; paths that are absolute, go up ("..") or have control characters or
// backslashes; a path twice; more than the limits.
Result<void> read_archive(std::string_view bytes, const std::string& name,
                          const UnpackLimits& limits, ArchiveReceiver& receiver);

// Unpacks into `folder`, which must exist and be empty. The files' paths, relative to it. After a
// failure the folder holds some of the files: give it one that can be thrown away.
Result<std::vector<std::filesystem::path>> unpack_archive(std::string_view bytes,
                                                          const std::string& name,
                                                          const std::filesystem::path& folder,
                                                          const UnpackLimits& limits = {});

// The same of a file, which is read in pieces.
Result<std::vector<std::filesystem::path>> unpack_archive_file(const std::filesystem::path& file,
                                                               const std::filesystem::path& folder,
                                                               const UnpackLimits& limits = {});

}  // namespace slimc::frontend
