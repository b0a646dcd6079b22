// One file from a server to the disk, resumed where an earlier try broke off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "support/result.h"

namespace slimc::frontend {

// Bytes so far and in all; all is 0 where the server does not say.
using DownloadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct DownloadRequest {
  std::string url;  // see redirect_protocols() for those that it redirects to
  // What has arrived so far. FILE.from beside it says of which version of which address (its ETag
  // or date), so that only the same file is continued.
  std::filesystem::path file;
  std::uint64_t max_bytes = std::uint64_t{1} << 30;
  int connect_seconds = 20;
  // A transfer that is slower than a byte a second for so long is taken for dead.
  int stall_seconds = 30;
  // A connection that drops is taken up again so often, as long as it brings something.
  int tries = 4;
  // All tries together: a server that drips bytes for ever is given up too.
  int total_seconds = 30 * 60;
  DownloadProgress progress = {};
};

// Where an address may redirect to, in curl's words: from https to https alone, so that what was
// asked for by a safe way does not come by another; from http to both.
const char* redirect_protocols(std::string_view url);

// Leaves the whole file at `request.file`. After a failure that a further try may mend, what has
// arrived stays there for it. The failure names the address.
Result<void> download(const DownloadRequest& request);

}  // namespace slimc::frontend
