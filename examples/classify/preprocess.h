// From a photo to a network's input, as slim's evaluation does it.
#pragma once

#include <vector>

#include "picture.h"

// Crops the middle 87.5%, scales it to height x width and maps 0..255 to -1..1. Returns
// height x width x 3 floats.
std::vector<float> preprocess(const Picture& picture, int height, int width);
