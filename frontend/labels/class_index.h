// Labels as JSON: Keras' class index and its like.
#pragma once

#include <string_view>
#include <vector>

#include "frontend/labels/label_text.h"

namespace slimc::frontend {

std::vector<ClassLabel> parse_class_index(std::string_view text, LabelProblems& problems);

}  // namespace slimc::frontend
