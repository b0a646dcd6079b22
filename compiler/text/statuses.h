// What functions of a library can return: the enumerators of NAME.h, and what NAME_status_string()
// in NAME.cc says of each, from one list.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/library.h"

namespace slimc {

struct Status {
  std::string enumerator;  // without "NAME_": "ERROR_NULL_ARGUMENT"
  std::string comment;     // that stands beside it in the header; may be empty
  std::string words;       // of NAME_status_string()
};

// In the order of their numbers, from 0. Those that every library has come first.
std::vector<Status> statuses(const Library& library);

}  // namespace slimc
