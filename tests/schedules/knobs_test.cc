// The table of knobs is all of Tiling, and says the truth of each field.
#include "schedules/tiling/knobs.h"

#include <gmock/gmock.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace slimc {
namespace {

using ::testing::ElementsAre;

constexpr StageKind kKinds[] = {StageKind::FirstConvolution,
                                StageKind::Depthwise,
                                StageKind::Pointwise,
                                StageKind::DepthwisePointwise,
                                StageKind::Pool,
                                StageKind::Softmax,
                                StageKind::Copy};

std::vector<std::string> relevant(StageKind kind) {
  std::vector<std::string> names;
  for (const Knob& knob : knobs()) {
    if (is_relevant(knob, kind)) names.emplace_back(knob.name);
  }
  return names;
}

// knobs.cc counts the fields; here they are by name, so that none stands for another.
TEST(Knobs, AreTheFieldsInTheirOrder) {
  Tiling t;
  const auto& [lanes, panel_vectors, tile_pixels, unroll_k, rows, panels_outside, split_channels,
               task_channels, depthwise_lanes, depthwise_pixels, depthwise_channels_inside] = t;
  std::int64_t value = 0;
  for (const Knob& knob : knobs()) knob.set(t, knob.most == 1 ? ++value % 2 : ++value);
  EXPECT_EQ(lanes, 1);
  EXPECT_EQ(panel_vectors, 2);
  EXPECT_EQ(tile_pixels, 3);
  EXPECT_EQ(unroll_k, 4);
  EXPECT_EQ(rows, 5);
  EXPECT_EQ(panels_outside, false);
  EXPECT_EQ(split_channels, true);
  EXPECT_EQ(task_channels, 8);
  EXPECT_EQ(depthwise_lanes, 9);
  EXPECT_EQ(depthwise_pixels, 10);
  EXPECT_EQ(depthwise_channels_inside, true);
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
        if (&other != &knob) EXPECT_EQ(other.get(t), other.get(Tiling{})) << other.name;
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
                          "depthwise_channels_inside"));
  EXPECT_THAT(relevant(StageKind::Pool), ElementsAre("lanes", "panel_vectors", "task_channels"));
  EXPECT_THAT(relevant(StageKind::Softmax), ElementsAre("lanes"));
  // No knob is there for nothing.
  std::set<std::string> all;
  for (const StageKind kind : kKinds) {
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
            "depthwise_channels_inside=0");
}

}  // namespace
}  // namespace slimc
