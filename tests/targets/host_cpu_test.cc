#include "compiler/targets/host_cpu.h"

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <string>

namespace slimc {
namespace {

// The kernel is the second opinion.
TEST(HostCpu, IsOfTheArchitectureThatTheSystemNames) {
  utsname system{};
  ASSERT_EQ(uname(&system), 0);
  const std::string machine = system.machine;
  const Architecture* row = host_architecture();
  if (machine == "x86_64") {
    EXPECT_EQ(row, &architecture(ArchitectureId::X86_64));
  } else if (machine == "aarch64" || machine == "arm64") {
    EXPECT_EQ(row, &architecture(ArchitectureId::Arm64));
  } else {
    EXPECT_EQ(row, nullptr);
  }
  if (row != nullptr) EXPECT_NE(row->host_features, nullptr);
}

TEST(HostCpu, HasWhatItsArchitectureAlwaysHas) {
  const HostCpu& cpu = host_cpu();
  EXPECT_GE(cpu.l1_bytes, 0);
  EXPECT_GE(cpu.l2_bytes, 0);
#if defined(__x86_64__)
  EXPECT_TRUE(cpu.features.contains("sse2"));
#elif defined(__aarch64__)
  EXPECT_TRUE(cpu.features.contains("neon"));
#endif
}

}  // namespace
}  // namespace slimc
