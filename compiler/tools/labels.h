// Names of classes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/result.h"

namespace slimc {

// One label a class of a network of `classes` classes. The text has one label a line, or is Keras'
// class index: {"0": ["n01440764", "tench"], ...}. It may have one label too few: then class 0 is
// slim's "background" and the labels begin at class 1. `file` is for messages.
Result<std::vector<std::string>> parse_labels(std::string_view text, std::int64_t classes,
                                              const std::string& file);
Result<std::vector<std::string>> read_labels(const std::filesystem::path& path,
                                             std::int64_t classes);

}  // namespace slimc
