// From an open HDF5 file to a Tree, within the limits.
#pragma once

#include <hdf5.h>

#include <cstdint>

#include "frontend/keras/hdf5/tree.pb.h"

namespace slimc::hdf5 {

// Everything below the root but the state of an optimizer. Links to other places and files are
// never followed: they, and what cannot be read, are objects with a problem. `file_bytes` bounds
// what the datasets may declare.
Tree walk(hid_t root, std::int64_t file_bytes);

}  // namespace slimc::hdf5
