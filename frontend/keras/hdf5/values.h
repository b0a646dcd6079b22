// The numbers of a dataset.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <map>
#include <string>

#include "frontend/keras/hdf5/tree.pb.h"

namespace slimc::hdf5 {

// What the datasets of a file have together.
struct ValueBudget {
  // What they may still declare.
  std::int64_t elements = 0;
  std::int64_t bytes = 0;  // in the file's type
  // Where values lie in the file without chunks: begin -> end. A damaged address shows where two
  // overlap; HDF5's first format has no checksums.
  std::map<std::uint64_t, std::uint64_t> places = {};
};

// Fills `result` from a dataset; returns what is wrong with it, or nothing. Numbers that lie in
// other files and filters other than gzip, shuffle and Fletcher's checksum are refused.
std::string read_values(hid_t dataset, ValueBudget& budget, Dataset& result);

}  // namespace slimc::hdf5
