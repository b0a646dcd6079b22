// The image, scaled or as it is, in a buffer, for what does not begin with a convolution: where the
// user cuts a network in the middle. A convolution by ones is the stage that can read it.
#pragma once

#include "stages/forming.h"

namespace slimc {

// `image`: the graph's input, or that scaled.
FormedStage form_image_stage(const Forming& network, Value image);

}  // namespace slimc
