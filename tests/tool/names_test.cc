// `slimc verify` of networks that are called like what its own sources are made of. All names,
// without it, are in tests/text/names_test.cc. SLIMC_ALL_NAMES=1: many more.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"

namespace slimc {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> names = {"run", "network", "stage", std::string(63, 'q')};
  if (std::getenv("SLIMC_ALL_NAMES") == nullptr) return names;
  for (const char* name : {"Worker",
                           "code",
                           "Code",
                           "input",
                           "output",
                           "create",
                           "api",
                           "timing",
                           "prediction",
                           "decode_predictions",
                           "status_string",
                           "memory_bytes",
                           "arena",
                           "set_observer",
                           "destroy",
                           "slimc_network",
                           "count",
                           "top",
                           "results",
                           "observer",
                           "report",
                           "row",
                           "from",
                           "compute",
                           "image",
                           "pool",
                           "logits",
                           "weights",
                           "final",
                           "a",
                           "N"}) {
    names.emplace_back(name);
  }
  for (std::size_t length = 2; length < 63; ++length) names.emplace_back(length, 'q');
  return names;
}

TEST(NamesVerify, WorksWhateverTheNetworkIsCalled) {
  const testing::TemporaryFolder folder;
  const auto slimc = [&](const std::vector<std::string>& arguments) {
    return testing::run_slimc(arguments, folder / ".");
  };
  const auto made =
      slimc({"init", "--alpha", "0.25", "--resolution", "32", "--classes", "5", "-o", "net.ckpt"});
  ASSERT_EQ(made.status, 0) << made.transcript();
  for (const std::string& name : names()) {
    const auto verified = slimc({"verify", "net.ckpt", "--name", name});
    EXPECT_EQ(verified.status, 0) << name << ": " << verified.transcript();
  }
}

TEST(NamesVerify, IsRefusedBeforeTheModelIsRead) {
  for (const char* name : {"int", "stdint", "c", "pthread", "_x", "printf", "con"}) {
    const auto refused = testing::run_slimc({"verify", "/nowhere.ckpt", "--name", name});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("the name '" + std::string(name) + "' "), std::string::npos)
        << refused.transcript();
    EXPECT_EQ(refused.err.find("nowhere"), std::string::npos) << refused.transcript();
  }
}

}  // namespace
}  // namespace slimc
