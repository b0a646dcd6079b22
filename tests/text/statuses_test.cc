// What functions of a library can return, said once for header and source.
#include "compiler/text/statuses.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> enumerators(const Library& library) {
  std::vector<std::string> names;
  for (const Status& status : statuses(library)) names.push_back(status.enumerator);
  return names;
}

TEST(Statuses, OfEveryLibraryBeginWithTheSame) {
  const std::vector<std::string> plain = enumerators(testing::tiny_library());
  ASSERT_GE(plain.size(), 9u);
  EXPECT_EQ(plain[0], "OK");
  EXPECT_EQ(plain[8], "ERROR_WRONG_HEADER");
  for (const auto& [name, library] : testing::libraries_of_all_shapes()) {
    const std::vector<std::string> others = enumerators(library);
    ASSERT_GE(others.size(), 9u) << name;
    EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + 9, others.begin())) << name;
  }
}

TEST(Statuses, AreDeclaredAndPutIntoWords) {
  for (const auto& [name, library] : testing::libraries_of_all_shapes()) {
    SCOPED_TRACE(name);
    const std::string header = write_header(library), source = write_source(library);
    for (const Status& status : statuses(library)) {
      EXPECT_THAT(header, HasSubstr("  TINY_" + status.enumerator)) << status.enumerator;
      EXPECT_FALSE(status.words.empty()) << status.enumerator;
    }
  }
}

// Nobody is asked for SLIMC_TARGET where there is one target, no environment, or no threads.
TEST(Statuses, NameATargetWhereTheEnvironmentCan) {
  Library several = testing::library_of_several_targets();
  EXPECT_THAT(enumerators(several), Contains("ERROR_UNKNOWN_TARGET"));
  EXPECT_THAT(write_header(several), HasSubstr("SLIMC_TARGET"));
  several.no_threads = true;
  EXPECT_THAT(enumerators(several), Not(Contains("ERROR_UNKNOWN_TARGET")));
  EXPECT_THAT(write_header(several), Not(HasSubstr("UNKNOWN_TARGET")));
  EXPECT_THAT(write_source(several), Not(HasSubstr("UNKNOWN_TARGET")));
  EXPECT_THAT(enumerators(testing::tiny_library()), Not(Contains("ERROR_UNKNOWN_TARGET")));
}

TEST(Statuses, AreThoseOfWhatTheLibraryHas) {
  Plan pooled = testing::tiny_plan();
  pooled.stages.back().shape.kind = StageKind::Pool;
  const auto without_classes =
      enumerators(testing::library_of(pooled, testing::target("host"), {}));
  EXPECT_THAT(without_classes, Not(Contains("ERROR_TOP_OUT_OF_RANGE")));
  EXPECT_THAT(without_classes, Not(Contains("ERROR_WRONG_COUNT")));
  EXPECT_THAT(enumerators(testing::tiny_library()), Contains("ERROR_TOP_OUT_OF_RANGE"));
  EXPECT_THAT(enumerators(testing::library_of_bgr_bytes()), Contains("ERROR_WRONG_COUNT"));
}

}  // namespace
}  // namespace slimc
