// What slimc can find out about the machine it runs on.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "compiler/targets/architecture.h"

namespace slimc {

struct HostCpu {
  std::set<std::string, std::less<>> features;  // LLVM's names: "avx2", "avx512f", "neon"
  std::int64_t l1_bytes = 0;                    // data cache; 0 where the system does not say
  std::int64_t l2_bytes = 0;
};

const HostCpu& host_cpu();

// Null where slimc makes no code for this machine's architecture.
const Architecture* host_architecture();

}  // namespace slimc
