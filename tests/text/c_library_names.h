// What scripts/c_library_names.py reads off this machine's headers.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "compiler/build/find_clang.h"
#include "tests/common/run_tools.h"

namespace slimc::testing {

// "--print": "#include" lines, then names. "--includes": code that includes all of these headers.
inline std::string c_library_names(const std::string& action) {
  const auto clang = find_clang("");
  EXPECT_TRUE(clang.has_value());
  return output_of(SLIMC_PYTHON, {"-B", SLIMC_SOURCE_DIR "/scripts/c_library_names.py", "--clang",
                                  clang.value_or("clang"), action});
}

}  // namespace slimc::testing
