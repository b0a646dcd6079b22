// What a network's classes are called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/support/result.h"

namespace slimc {

struct ClassLabel {
  std::string wordnet_id = {};  // "n02084071"; empty where the file has none
  std::string label = {};       // UTF-8 without control characters, never empty
  friend bool operator==(const ClassLabel&, const ClassLabel&) = default;
};

struct ClassLabels {
  std::string file = {};  // that they were read from, as the user called it
  std::vector<ClassLabel> list = {};

  bool empty() const { return list.empty(); }
};

// The labels of a network of `classes` classes. ImageNet has 1000, slim's networks another one
// before them, "background", and files of labels are made for either:
//
//   as many labels as classes    they are the network's
//   one too few                  class 0 is "background"; not if the file has one already
//   one too many                 the file's first is dropped if it is "background" or "dummy"
//
// Anything else is an error.
Result<ClassLabels> labels_for_classes(ClassLabels labels, std::int64_t classes);

}  // namespace slimc
