// The three forms of a comparison's report.
#pragma once

#include <string>

#include "tests/benchmarks/peers/comparison.h"

namespace slimc::peers {

std::string to_text(const Comparison& comparison);
std::string to_json(const Comparison& comparison);
// A picture: for each network and number of threads how fast every contender is, the best peer
// being 1. Longer bars are faster.
std::string to_svg(const Comparison& comparison);

}  // namespace slimc::peers
