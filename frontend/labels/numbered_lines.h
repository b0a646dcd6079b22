// Numbers of classes that stand in front of the lines of a labels file.
#pragma once

#include <string_view>
#include <vector>

#include "frontend/labels/label_text.h"

namespace slimc::frontend {

struct LabelLine {
  std::string_view text;
  int number = 0;  // of the line, from 1
};

// Where all lines have numbers in front and these are 0 to the last class, takes them off and puts
// the lines in their order. Files that are tables, or in an order that is not that of the classes,
// are problems; a number that is a part of each label stays.
void take_numbers(std::vector<LabelLine>& lines, LabelProblems& problems);

}  // namespace slimc::frontend
