// What a generated header says of the numbers that an input consists of.
#pragma once

#include <string>

#include "compiler/codegen/plan.h"

namespace slimc {

// "from -1 to 1 (a channel's 0 to 255, divided by 127.5, minus 1)"
std::string pixel_range(const Plan& plan);

// "x / 127.5 - 1": how a channel x of 0 to 255 becomes one of the input's. Of channels that differ
// "x * scale + offset, ...", with the numbers of each.
std::string pixel_formula(const Plan& plan);

// Whether all channels are scaled alike and in the order in which they are given.
bool scales_alike(const PixelEncoding& pixels);

// A C++ expression of the float x that is pixel_formula(), where channels are scaled alike:
// "x / 127.5f - 1.0f". Divided and subtracted like NumPy, to the last bit.
std::string pixel_expression(const PixelEncoding& pixels);

// Who says so: "nothing in the model does: it is what MobileNets are trained on", ...
std::string pixel_source(const Plan& plan);

}  // namespace slimc
