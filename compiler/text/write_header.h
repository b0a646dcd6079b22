// NAME.h: what a caller of one network needs to know, and nothing of how it was made.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/plan/library.h"

namespace slimc {

std::string write_header(const Library& library);

// What the caller provides: NAME_MEMORY_BYTES(threads), enough for each of the targets.
std::int64_t memory_bytes(const Library& library, int threads);

}  // namespace slimc
