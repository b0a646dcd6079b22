// What an output of the network is called in C.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace slimc {

// "MobilenetV1/Logits:0" -> "mobilenetv1_logits_0": small letters, digits and single '_' in the
// order of `name`, "output" in front of a digit and in place of nothing, '_' behind a word that C
// or C++ reserves, and a number behind what one of `others` is called already. At most 63
// characters.
std::string output_identifier(const std::string& name, const std::vector<PlanOutput>& others);

}  // namespace slimc
