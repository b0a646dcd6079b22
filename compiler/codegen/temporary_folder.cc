#include "compiler/codegen/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace slimc {
namespace fs = std::filesystem;

Result<TemporaryFolder> TemporaryFolder::create() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  std::string name = (error ? fs::path("/tmp") : parent) / "slimc-XXXXXX";
  if (!mkdtemp(name.data())) {
    return fail(
        {.file = name,
         .message = "cannot make a temporary folder: " + std::generic_category().message(errno),
         .blame = Blame::Tool});
  }
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace slimc
