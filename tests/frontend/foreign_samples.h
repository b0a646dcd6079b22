// Beginnings of files that slimc does not read, as the programs that write them do.
#pragma once

#include <string>
#include <vector>

namespace slimc::testing {

struct ForeignSample {
  std::string name;  // "net.param"; "folder/" for a folder
  std::string bytes;
};

std::vector<ForeignSample> foreign_samples();

// A zip archive of empty members: local headers, and the central directory.
std::string zip_of(const std::vector<std::string>& names);

}  // namespace slimc::testing
