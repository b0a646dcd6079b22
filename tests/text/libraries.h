// Libraries of the tiny network, one of each shape that a library can have, for the writers of
// texts. Their prefix is "tiny".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/runtime/tiny_plan.h"

namespace slimc::testing {

Target target(const std::string& name);

// A library's only target.
TargetPlan code_of(Plan plan);

Library tiny_library();                // one target, one output, labels, a batch of 2
Library library_of_several_targets();  // two, each with kernels and weights of its own
Library library_with_external_weights();
Library library_of_several_outputs();  // the second is a map of pixels
Library library_without_labels();
Library library_without_threads();
Library library_of_one_image();
Library library_of_bgr_bytes();  // blue, green, red, each scaled by its own numbers

// All of them, and some of two shapes at a time.
std::vector<std::pair<std::string, Library>> libraries_of_all_shapes();

}  // namespace slimc::testing
