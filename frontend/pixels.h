// What the user says of the numbers of the input.
#pragma once

#include "frontend/frontend.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// Says in graph.pixels that the input lies inside the model: what scaled the image in front of it
// has been cut off, so that nothing behind it tells what its numbers are.
void mark_cut_off(Graph& graph);

// Puts --input and --order into graph.pixels, in place of what the reader knows. A failure where
// they do not fit the image's channels.
Result<void> apply_pixels(const ModelRequest& request, Graph& graph);

}  // namespace slimc::frontend
