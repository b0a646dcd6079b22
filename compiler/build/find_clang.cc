#include "compiler/build/find_clang.h"

#include <cstdlib>

#include "support/process.h"

namespace slimc {

Result<std::string> find_clang(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  if (const char* named = std::getenv("SLIMC_CLANG"); named != nullptr && *named != '\0') {
    return std::string(named);
  }
  for (const char* name : {"clang++", "clang++-14"}) {
    if (const std::filesystem::path found = find_program(name); !found.empty()) {
      return found.string();
    }
  }
  return fail({.message =
                   "clang++ is not in PATH; install it (Debian: apt install clang) or name it "
                   "in $SLIMC_CLANG",
               .blame = Blame::Tool});
}

}  // namespace slimc
