// The table of knobs is all of Tiling, and says the truth of each field.
#include "schedules/tiling/knobs.h"

#include <gmock/gmock.h>

#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> relevant(StageKind kind) {
  std::vector<std::string> names;
  for (const Knob& knob : knobs()) {
    if (is_relevant(knob, kind)) names.emplace_back(knob.name);
  }
  return names;
}

// A word that is no knob's would hide one from the tuner and from records.
TEST(Knobs, OfAKindAreNamedAlike) {
  for (const StageKind kind : kStageKinds) {
    std::istringstream words{std::string(tiling_rules(kind).knobs)};
    std::size_t count = 0;
    for (std::string word; words >> word; ++count) {
      EXPECT_NE(find_knob(word), nullptr) << name_of(kind) << ": '" << word << "'";
    }
    EXPECT_EQ(relevant(kind).size(), count) << name_of(kind);
  }
}

// The fields that one could mistake for another; knobs.cc itself counts them.
TEST(Knobs, CarryTheNamesOfTheirFields) {
  Tiling t;
  std::int64_t value = 10;
  for (const char* name : {"lanes", "depthwise_lanes", "tile_pixels", "depthwise_pixels", "rows",
                           "task_channels", "panel_vectors", "unroll_k"}) {
    find_knob(name)->set(t, ++value);
  }
  find_knob("panels_outside")->set(t, 0);
  find_knob("split_channels")->set(t, 1);
  find_knob("depthwise_channels_inside")->set(t, 0);
  EXPECT_EQ(t.lanes, 11);
  EXPECT_EQ(t.depthwise_lanes, 12);
  EXPECT_EQ(t.tile_pixels, 13);
  EXPECT_EQ(t.depthwise_pixels, 14);
  EXPECT_EQ(t.rows, 15);
  EXPECT_EQ(t.task_channels, 16);
  EXPECT_EQ(t.panel_vectors, 17);
  EXPECT_EQ(t.unroll_k, 18);
  EXPECT_FALSE(t.panels_outside);
  EXPECT_TRUE(t.split_channels);
  EXPECT_FALSE(t.depthwise_channels_inside);
}

TEST(Knobs, EachSetsOneFieldOfItsOwn) {
  std::set<std::string> names;
  for (const Knob& knob : knobs()) {
    SCOPED_TRACE(knob.name);
    EXPECT_TRUE(names.insert(knob.name).second);
    EXPECT_EQ(find_knob(knob.name), &knob);
    for (const std::int64_t value : {knob.least, knob.most}) {
      Tiling t;
      knob.set(t, value);
      EXPECT_EQ(knob.get(t), value);
      for (const Knob& other : knobs()) {
        if (&other == &knob) continue;
        EXPECT_EQ(other.get(t), other.get(Tiling{})) << other.name;
      }
    }
  }
  EXPECT_EQ(find_knob("row"), nullptr);
  EXPECT_EQ(find_knob(""), nullptr);
  EXPECT_EQ(find_knob("lanes "), nullptr);
}

TEST(Knobs, KnowWhatTheirFieldsHold) {
  EXPECT_EQ(find_knob("lanes")->most, std::numeric_limits<int>::max());
  EXPECT_EQ(find_knob("lanes")->least, std::numeric_limits<int>::min());
  EXPECT_EQ(find_knob("rows")->most, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(find_knob("split_channels")->least, 0);
  EXPECT_EQ(find_knob("split_channels")->most, 1);
}

TEST(Knobs, OfAKindAreWhatItsGeneratorAndItsTasksRead) {
  EXPECT_THAT(relevant(StageKind::FirstConvolution),
              ElementsAre("lanes", "panel_vectors", "tile_pixels", "rows"));
  EXPECT_THAT(relevant(StageKind::Depthwise),
              ElementsAre("lanes", "rows", "split_channels", "task_channels", "depthwise_pixels",
                          "depthwise_rows", "depthwise_channels_inside"));
  EXPECT_THAT(relevant(StageKind::Pool), ElementsAre("lanes", "panel_vectors", "task_channels"));
  EXPECT_THAT(relevant(StageKind::Softmax), ElementsAre("lanes"));
  EXPECT_THAT(relevant(StageKind::Add), ElementsAre("lanes", "rows"));
  // No knob is there for nothing.
  std::set<std::string> all;
  for (const StageKind kind : kStageKinds) {
    for (const std::string& name : relevant(kind)) all.insert(name);
  }
  EXPECT_EQ(all.size(), knobs().size());
}

TEST(Knobs, InWords) {
  Tiling t;
  t.lanes = 16;
  t.rows = 7;
  t.split_channels = true;
  t.task_channels = 64;
  EXPECT_EQ(to_string(t, StageKind::Softmax), "lanes=16");
  EXPECT_EQ(to_string(t, StageKind::Depthwise),
            "lanes=16 rows=7 split_channels=1 task_channels=64 depthwise_pixels=4 "
            "depthwise_rows=1 depthwise_channels_inside=0");
}

}  // namespace
}  // namespace slimc
