#include "support/check.h"

#include <cstdio>
#include <cstdlib>

#include "support/encode.h"

namespace slimc {

void check_failed(const char* file, int line, const std::string& message) {
  std::fprintf(stderr, "%s:%d: internal error of slimc: %s\n", file, line,
               printable(message).c_str());
  std::abort();
}

}  // namespace slimc
