// Runs slimc-hdf5 on a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "frontend/keras/hdf5_tree.h"
#include "support/process.h"
#include "support/result.h"

namespace slimc::frontend {

// A damaged file is a failure, whatever it does to the HDF5 library.
Result<Hdf5Tree> read_hdf5(const std::filesystem::path& file);

// The same of bytes, which no file of a name ever holds. `file` is for messages.
Result<Hdf5Tree> read_hdf5_bytes(std::string_view bytes, const std::string& file);

// How a file made slimc-hdf5 fail; empty where it did not.
std::string describe_failure(const ProcessOutcome& outcome);

}  // namespace slimc::frontend
