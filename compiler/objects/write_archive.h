// libNAME.a, through LLVM.
#pragma once

#include <string>
#include <vector>

#include "compiler/targets/target.h"
#include "support/result.h"

namespace slimc {

struct ArchiveMember {
  std::string name;  // "block_3.o"
  std::string bytes;
};

// Equal members give equal bytes.
Result<std::string> write_archive(const std::vector<ArchiveMember>& members, const Target& target);

}  // namespace slimc
