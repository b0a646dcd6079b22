#include "compiler/build/halide_program.h"

#include <gmock/gmock.h>

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

TEST(HalideProgram, IsGivenGeneratorTargetAndParameters) {
  const Kernel kernel = {StageKind::Pool, {{"lanes", "8"}, {"in_dims", "8:1,4:8,4:32"}}};
  const Target target = *parse_target("x86-64-v3");
  const auto plain = generator_arguments(kernel, target, Scheduler::Tiling);
  EXPECT_THAT(plain,
              IsSupersetOf({std::string("pool"), std::string("lanes=8"),
                            std::string("in_dims=8:1,4:8,4:32"),
                            "target=" + target.halide + "-no_runtime-no_asserts-no_bounds_query"}));
  EXPECT_THAT(plain, Not(Contains("auto_schedule=true")));
  const auto scheduled = generator_arguments(kernel, target, Scheduler::Li2018);
  EXPECT_THAT(scheduled, IsSupersetOf({std::string("auto_schedule=true"), std::string("Li2018")}));
  EXPECT_THAT(scheduled, Contains(StartsWith("machine_params=")));
}

TEST(HalideProgram, DependsOnHalideAndItsPlugin) {
  EXPECT_EQ(generator_libraries(Scheduler::Tiling).size(), 1u);
  EXPECT_THAT(generator_libraries(Scheduler::Adams2019),
              Contains(EndsWith("/libautoschedule_adams2019.so")));
}

}  // namespace
}  // namespace slimc
