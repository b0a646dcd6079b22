// The parts of NAME.h, in the order in which they stand in it.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/plan/library.h"

namespace slimc {

// Shapes, sizes and memory as macros (header_constants.cc).
std::string header_constants(const Library& library);

// The instance, statuses, and what makes and runs it (header_functions.cc).
std::string header_functions(const Library& library);

// What stands before and behind a run: pixels to floats, floats to names of classes
// (header_images.cc).
std::string header_images(const Library& library);

// The stages, and who may watch them (header_observation.cc).
std::string header_observation(const Plan& plan);

// Values of a pixel, or of an image's result, in the first output.
std::int64_t output_channels(const Plan& plan);

// "[1][1001]"
std::string extents(const Shape& shape);

}  // namespace slimc
