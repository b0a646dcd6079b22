#include "compiler/targets/target_list.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace slimc {
namespace {

TEST(TargetList, HasEveryFamilyOnEverySystemOnce) {
  std::set<std::string> names;
  std::map<std::string_view, int> systems;
  for (const ListedTarget& listed : listed_targets()) {
    EXPECT_TRUE(names.insert(listed.name()).second) << listed.name();
    ++systems[listed.family];
  }
  EXPECT_EQ(systems, (std::map<std::string_view, int>{{"x86-64", 5},
                                                      {"x86-64-v3", 5},
                                                      {"x86-64-v4", 5},
                                                      {"arm64", 6},
                                                      {"arm64-dotprod", 6},
                                                      {"arm64-fp16", 6},
                                                      {"armv7-neon", 3}}));
}

TEST(TargetList, HoldsWhatIsParsedFromItsNames) {
  for (const ListedTarget& listed : listed_targets()) {
    const Result<Target> target = parse_target(listed.name());
    ASSERT_TRUE(target) << target.error().to_string();
    EXPECT_EQ(target->triple, listed.target.triple);
    EXPECT_EQ(target->platform->name, listed.system);
    EXPECT_EQ(target->architecture, listed.target.architecture);
    EXPECT_EQ(listed.object_format(), name_of(target->platform->format));
    EXPECT_FALSE(listed.needs.empty()) << listed.name();
  }
}

TEST(TargetList, SaysHowEachIsTested) {
  std::map<std::string, Tested> tested;
  for (const ListedTarget& listed : listed_targets()) tested[listed.name()] = listed.tested;
  EXPECT_EQ(tested["x86-64-v3-linux"], Tested::Natively);
  EXPECT_EQ(tested["x86-64-baremetal"], Tested::Natively);
  EXPECT_EQ(tested["arm64-linux"], Tested::UnderQemu);
  EXPECT_EQ(tested["armv7-neon-baremetal"], Tested::UnderQemu);
  EXPECT_EQ(tested["armv7-neon-android"], Tested::Linked);
  EXPECT_EQ(tested["x86-64-windows"], Tested::Linked);
  EXPECT_EQ(tested["arm64-ios"], Tested::Linked);
  for (const Tested how : kTested) {
    EXPECT_FALSE(word_of(how).empty());
    EXPECT_FALSE(explanation_of(how).empty());
  }
}

}  // namespace
}  // namespace slimc
