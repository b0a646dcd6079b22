// Keras' files: .keras, .h5 of a whole model, and weights alone as .h5 or .weights.h5.
#pragma once

#include "frontend/frontend.h"
#include "frontend/keras/hdf5_tree.h"
#include "frontend/keras/keras_archive.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// The graph's name is the file's, as it is.
Result<Graph> load_keras(const ModelRequest& request, Reporter& reporter);

// The parts that see a file's contents, for fuzzing: of an HDF5 file, and of a .keras whose weights
// are `tree`.
Result<Graph> import_keras(const Hdf5Tree& tree, const ModelRequest& request, Reporter& reporter);
Result<Graph> import_keras_archive(const KerasArchive& archive, const Hdf5Tree& tree,
                                   const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
