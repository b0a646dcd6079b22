// What generated texts say of the numbers that an input consists of, beside formula()
// (ir/pixel_encoding.h).
#pragma once

#include <string>

#include "compiler/plan/plan.h"

namespace slimc {

// Whether all channels are scaled alike and in the order in which they are given.
bool scales_alike(const PixelEncoding& pixels);

// A C++ expression of the float x that is formula(), where channels are scaled alike:
// "x / 127.5f - 1.0f". Divided and subtracted like NumPy, to the last bit.
std::string pixel_expression(const PixelEncoding& pixels);

// Who says so: "nothing in the model does: it is what MobileNets are trained on", ...
std::string pixel_source(const Plan& plan);

// Behind "0 to 255" where channels are given as bytes or scaled one by one: in which order. They
// are a camera's or decoder's, whatever the network's order.
std::string byte_order(const Plan& plan);

}  // namespace slimc
