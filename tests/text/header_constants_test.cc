// Shapes, sizes and memory as macros of NAME.h. That C reads them is in write_header_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/header_parts.h"
#include "compiler/text/source_text.h"
#include "compiler/text/write_header.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MemoryBytes, AreEnoughForTheNeediestTarget) {
  Library library = testing::library_of_several_targets();
  const std::int64_t one = memory_bytes(library, 1), two = memory_bytes(library, 2);
  library.targets[1].plan.arena_bytes += 6400;
  EXPECT_EQ(memory_bytes(library, 1), one + 6400);
  library.targets[0].plan.scratch_bytes += 64;
  EXPECT_EQ(memory_bytes(library, 1), one + 6400);
  EXPECT_EQ(memory_bytes(library, 2), two + 6400 + 64);
  EXPECT_EQ(memory_bytes(library, 4), two + 6400 + 64 + 2 * (two - one + 64));
}

TEST(HeaderConstants, HaveAStackWhereItIsKnown) {
  Library library = testing::tiny_library();
  EXPECT_THAT(header_constants(library), Not(HasSubstr("STACK")));
  library.stack_bytes = 4224;
  EXPECT_THAT(header_constants(library), HasSubstr("#define TINY_STACK_BYTES 4224\n"));
}

TEST(HeaderConstants, CountTheStagesOfTheTargetThatHasMost) {
  Library library = testing::library_of_several_targets();
  library.targets[1].plan.stages.pop_back();
  EXPECT_THAT(header_constants(library), HasSubstr("#define TINY_STAGE_COUNT 4 /* at most"));
  EXPECT_THAT(header_constants(testing::tiny_library()), HasSubstr("#define TINY_STAGE_COUNT 4\n"));
}

TEST(HeaderConstants, SayTheOrderOfTheFirstOutputsValues) {
  EXPECT_THAT(header_constants(testing::library_of_several_outputs()),
              AllOf(HasSubstr("#define TINY_CLASSES 6"), HasSubstr("#define TINY_OUTPUT_COUNT 2"),
                    HasSubstr("#define TINY_OUTPUT_POOL_SIZE (2 * 4 * 4 * 5)")));
  EXPECT_EQ(extents({2, 4, 4, 5}), "[2][4][4][5]");
  EXPECT_EQ(output_channels(testing::tiny_plan()), 6);
}

}  // namespace
}  // namespace slimc
