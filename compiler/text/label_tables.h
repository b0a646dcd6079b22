// The labels of a network's classes as constants of NAME.cc.
#pragma once

#include <string>

#include "ir/class_labels.h"

namespace slimc {

// Definitions of `label_text`, one block of characters, and `label_at`, where in it each class's
// record begins: WordNet id, 0, label, 0. Nothing in them is a pointer that had to be relocated.
std::string label_tables(const ClassLabels& labels);

}  // namespace slimc
