// Labels as lines of text.
#pragma once

#include <string_view>
#include <vector>

#include "frontend/labels/label_text.h"

namespace slimc::frontend {

std::vector<ClassLabel> parse_label_lines(std::string_view text, LabelProblems& problems);

}  // namespace slimc::frontend
