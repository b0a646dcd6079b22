// What a network's classes are called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

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

// The labels of a network, and what its user has to be told about them.
struct FittedLabels {
  ClassLabels labels = {};
  Diagnostics notes = {};
};

// The labels of a network of `classes` classes: as many as these. There are two exceptions, for
// ImageNet, which has 1000 classes and before them, in slim's networks, another one, "background";
// files of labels are made for either. They are noted:
//
//   1000 labels on 1001 classes  class 0 is "background"; not if the file has one already, and
//                                not in a network of Keras or ONNX (`form`, as in Graph), which
//                                know no background
//   1001 labels on 1000 classes  the first is left out if it is "background" or "dummy"
//
// Anything else is an error. Labels that several classes have are noted, too.
Result<FittedLabels> labels_for_classes(ClassLabels labels, std::int64_t classes,
                                        std::string_view form);

}  // namespace slimc
