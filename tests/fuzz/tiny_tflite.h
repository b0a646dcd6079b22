// A TFLite model of a few weights.
#pragma once

#include <string>

namespace slimc::fuzz {

// One op of every kind that float MobileNets have; with `pool` false the mean is written out.
std::string tiny_tflite(bool pool);

}  // namespace slimc::fuzz
