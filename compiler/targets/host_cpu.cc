#include "compiler/targets/host_cpu.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/Support/Host.h>
#include <unistd.h>

#include <algorithm>

namespace slimc {
namespace {

HostCpu detect() {
  HostCpu cpu;
  llvm::StringMap<bool> features;
  if (llvm::sys::getHostCPUFeatures(features)) {
    for (const auto& feature : features) {
      if (feature.getValue()) cpu.features.insert(feature.getKey().str());
    }
  }
  // -1 where the C library does not know the name, 0 where the CPU hides the figure.
#ifdef _SC_LEVEL1_DCACHE_SIZE
  cpu.l1_bytes = std::max<std::int64_t>(0, sysconf(_SC_LEVEL1_DCACHE_SIZE));
  cpu.l2_bytes = std::max<std::int64_t>(0, sysconf(_SC_LEVEL2_CACHE_SIZE));
#endif
  return cpu;
}

}  // namespace

const HostCpu& host_cpu() {
  static const HostCpu cpu = detect();
  return cpu;
}

const Architecture* host_architecture() {
#if defined(__x86_64__)
  return &architecture(ArchitectureId::X86_64);
#elif defined(__aarch64__)
  return &architecture(ArchitectureId::Arm64);
#else
  return nullptr;
#endif
}

}  // namespace slimc
