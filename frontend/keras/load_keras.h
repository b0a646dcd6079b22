// A .h5 of Keras': a whole model, or weights alone.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/support/reporter.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"
#include "frontend/keras/hdf5_tree.h"

namespace slimc::frontend {

// The graph's name is the file's, as it is.
Result<Graph> load_keras(const ModelRequest& request, Reporter& reporter);

// The part that sees a file's contents, for fuzzing.
Result<Graph> import_keras(const Hdf5Tree& tree, const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
