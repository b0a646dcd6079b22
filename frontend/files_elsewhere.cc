#include "frontend/files_elsewhere.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "support/files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// Behind all links; the path itself where that cannot be found out.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  const fs::path real = fs::weakly_canonical(absolute, error);
  return error ? absolute : real;
}

bool is_below(const fs::path& file, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

}  // namespace

void warn_of_files_elsewhere(const ModelRequest& request, const std::set<fs::path>& files,
                             Reporter& reporter) {
  std::vector<fs::path> named, folders;
  for (const fs::path& path : {request.model, request.checkpoint}) {
    if (path.empty()) continue;
    std::error_code error;
    named.push_back(path.lexically_normal());
    const bool is_folder = fs::is_directory(path, error);
    folders.push_back(real_path(is_folder ? path : folder_of(path)));
  }
  for (const fs::path& file : files) {
    if (std::find(named.begin(), named.end(), file) != named.end()) continue;
    const fs::path real = real_path(file);
    if (std::any_of(folders.begin(), folders.end(),
                    [&](const fs::path& folder) { return is_below(real, folder); })) {
      continue;
    }
    reporter.warning({.file = file.string(),
                      .message = fmt::format("is read for {}, and lies elsewhere: it is {}",
                                             request.model.string(), real.string())});
  }
}

}  // namespace slimc::frontend
