// What slimc can find out about the machine it runs on.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace slimc {

struct HostCpu {
  std::string arch;                // "x86", "arm" or empty; 64-bit machines only
  std::set<std::string> features;  // LLVM's names: "avx2", "avx512f", "neon"
  std::int64_t l1_bytes = 0;       // data cache; 0 where the system does not say
  std::int64_t l2_bytes = 0;
};

const HostCpu& host_cpu();

}  // namespace slimc
