#include "frontend/zoo/models_folder.h"

#include <cstdlib>

namespace slimc::frontend {

namespace fs = std::filesystem;

// https://specifications.freedesktop.org/basedir-spec: paths that are not absolute do not count.
Result<fs::path> default_models_folder() {
  const char* cache_home = std::getenv("XDG_CACHE_HOME");
  if (cache_home != nullptr && cache_home[0] == '/') {
    return fs::path(cache_home) / "slimc" / "models";
  }
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return fs::path(home) / ".cache" / "slimc" / "models";
  return fail({.message = "neither XDG_CACHE_HOME nor HOME says where models are kept; "
                          "--models-dir does",
               .blame = Blame::Usage});
}

bool is_on_disk(const fs::path& folder, const Publication& publication) {
  std::error_code error;
  return fs::exists(folder / publication.name_on_disk(), error);
}

}  // namespace slimc::frontend
