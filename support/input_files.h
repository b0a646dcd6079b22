// Which files a result was made from, so that a build tool can make it again when one changes.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/result.h"

namespace slimc {

// Collects the files that are read on this thread while it lives, and for those that live around
// it.
class InputFiles {
 public:
  InputFiles();
  ~InputFiles();
  InputFiles(const InputFiles&) = delete;
  InputFiles& operator=(const InputFiles&) = delete;

  const std::set<std::filesystem::path>& files() const { return files_; }

 private:
  friend void note_input_file(const std::filesystem::path& file);
  std::set<std::filesystem::path> files_;
  InputFiles* outer_;
};

// For whoever opens a user's file: the result depends on it. Nothing happens if nobody collects.
void note_input_file(const std::filesystem::path& file);

// A rule that GNU Make and Ninja read alike: each output depends on all inputs. Fails with every
// path that it cannot hold (dependency_name(), encode.h): some are a stranger's, from a
// `checkpoint` file.
Result<std::string> depfile(const std::vector<std::filesystem::path>& outputs,
                            const std::set<std::filesystem::path>& inputs);

}  // namespace slimc
