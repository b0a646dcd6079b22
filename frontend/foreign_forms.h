// Files that slimc does not read, called by their names: models of other programs, and whatever
// else people give it in place of one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace slimc::frontend {

// What a file or folder is, and what to do with it: "is a model of ncnn; ...". Nothing where it is
// unknown, or may be of a form that slimc reads.
std::optional<std::string> foreign_form(const std::filesystem::path& model);

}  // namespace slimc::frontend
