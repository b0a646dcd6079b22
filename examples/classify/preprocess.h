// From a photo to a network's input, as slim's evaluation does it.
#pragma once

#include <vector>

#include "picture.h"

// Crops the middle 87.5% and scales it to height x width. Returns height x width x 3 floats of
// 0 to 255; the generated library maps them to the network's -1 to 1.
std::vector<float> crop_and_scale(const Picture& picture, int height, int width);
