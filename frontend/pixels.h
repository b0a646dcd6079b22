// What the user says of the numbers of the input.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"

namespace slimc::frontend {

// Puts --input and --order into graph.pixels, in place of what the reader knows. A failure where
// they do not fit the image's channels.
Result<void> apply_pixels(const ModelRequest& request, Graph& graph);

}  // namespace slimc::frontend
