#include "tool/benchmark.h"

#include <gtest/gtest.h>

#include "tool/model_options.h"

namespace slimc {
namespace {

TEST(Quantile, IsTheNearestRank) {
  const std::vector<double> samples = {5, 1, 4, 2, 3};
  EXPECT_EQ(quantile(samples, 0), 1);
  EXPECT_EQ(quantile(samples, 0.5), 3);
  EXPECT_EQ(quantile(samples, 0.9), 5);
  EXPECT_EQ(quantile(samples, 0.8), 4);
  EXPECT_EQ(quantile(samples, 1), 5);
  EXPECT_EQ(quantile({7}, 0.5), 7);
}

TEST(FmaPeak, KnowsTheVectorsOfTargets) {
  const auto isa = [](const char* name) {
    const Result<Target> target = parse_target(name);
    EXPECT_TRUE(target) << name;
    return target->vector_isa;
  };
  EXPECT_EQ(isa("x86-64"), VectorIsa::Sse);
  EXPECT_EQ(isa("x86-64-v3"), VectorIsa::AvxFma);
  EXPECT_EQ(isa("x86-64-v4"), VectorIsa::Avx512);
  EXPECT_EQ(isa("x86-64-linux-avx"), VectorIsa::Avx);
  EXPECT_EQ(isa("arm64"), VectorIsa::Neon);
}

TEST(FmaPeak, IsMeasuredOnThisMachine) {
  const Result<Target> host = parse_target("host");
  ASSERT_TRUE(host) << host.error().to_string();
  for (const int threads : {1, 3}) {
    const double gmacs = measure_fma_peak(host->vector_isa, threads);
    // Within what cores have done since vectors came up and will do for long.
    EXPECT_GT(gmacs, 0.1);
    EXPECT_LT(gmacs, 2000.0 * threads);
  }
}

TEST(Resolution, IsOneNumberOrTwo) {
  EXPECT_EQ(parse_resolution("224"), std::pair(std::int64_t{224}, std::int64_t{224}));
  EXPECT_EQ(parse_resolution("192x256"), std::pair(std::int64_t{192}, std::int64_t{256}));
  for (const char* bad :
       {"", "x", "1x", "x1", "0", "-1", "1x0", "1x2x3", "1 x2", "99999999999999999999"}) {
    EXPECT_EQ(parse_resolution(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace slimc
