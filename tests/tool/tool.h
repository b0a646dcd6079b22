// Runs build/bin/slimc as a user does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slimc::testing {

struct ToolOutcome {
  int status = 0;
  std::string out, err;  // stdout and stderr

  // All of it, for golden files and failure messages.
  std::string transcript() const;
};

// `environment` are assignments: "PATH=/nowhere". Compiled kernels go to a cache in the build
// folder, not to the user's.
ToolOutcome run_slimc(const std::vector<std::string>& arguments,
                      const std::filesystem::path& working_folder = "/",
                      const std::vector<std::string>& environment = {});

// ../shared of the project's root, or empty where it is not.
std::filesystem::path shared_folder();

}  // namespace slimc::testing
