// Attributes of strings.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace slimc::hdf5 {

// What attributes may still take.
struct TextBudget {
  std::int64_t bytes = 0;
  std::int64_t strings = 0;
};

struct Problem {
  std::string message;
};

// Of fixed or variable length, a scalar or an array; no elements of any type are an empty list
// (Keras writes `weight_names` of a layer without weights as an empty array of float64).
std::variant<std::vector<std::string>, Problem> read_strings(hid_t object, const std::string& name,
                                                             TextBudget& budget);

}  // namespace slimc::hdf5
