#include "compiler/ir/class_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> fitted(std::vector<std::string> names, std::int64_t classes) {
  ClassLabels labels{.file = "labels.txt"};
  for (std::string& name : names) labels.list.push_back({.label = std::move(name)});
  const Result<ClassLabels> result = labels_for_classes(std::move(labels), classes);
  if (!result) return {result.error().to_string()};
  std::vector<std::string> fitting;
  for (const ClassLabel& label : result->list) fitting.push_back(label.label);
  return fitting;
}

TEST(LabelsForClasses, AreThoseOfTheFile) {
  EXPECT_THAT(fitted({"a", "b"}, 2), ElementsAre("a", "b"));
  EXPECT_THAT(fitted({"background", "b"}, 2), ElementsAre("background", "b"));
}

TEST(LabelsForClasses, GetABackground) {
  EXPECT_THAT(fitted({"tench", "goldfish"}, 3), ElementsAre("background", "tench", "goldfish"));
}

TEST(LabelsForClasses, LoseABackground) {
  for (const char* none : {"background", "Background", "dummy"}) {
    EXPECT_THAT(fitted({none, "tench", "goldfish"}, 2), ElementsAre("tench", "goldfish"));
  }
}

TEST(LabelsForClasses, SayWhatDoesNotFit) {
  EXPECT_THAT(fitted({"a"}, 3),
              ElementsAre("labels.txt: 1 labels, expected 3 or, without the background, 2"));
  // One too many is somebody's, but nobody's background.
  EXPECT_THAT(fitted({"tench", "b", "c", "d"}, 3),
              ElementsAre("labels.txt: 4 labels, expected 3 or, without the background, 2"));
  // One is missing, and it is not the background.
  EXPECT_THAT(fitted({"background", "tench"}, 3),
              ElementsAre("labels.txt: 2 labels from 'background' on, expected 3 or, without the "
                          "background, 2"));
  EXPECT_THAT(fitted({"a", "b"}, 1), ElementsAre("labels.txt: 2 labels, expected 1"));
}

// A synset may well be called so; then it has an id.
TEST(LabelsForClasses, KnowTheBackgroundByItsLackOfAnId) {
  const ClassLabels labels{.file = "labels.txt",
                           .list = {{"n03598930", "background"}, {"n01440764", "tench"}}};
  EXPECT_FALSE(labels_for_classes(labels, 1));
  EXPECT_TRUE(labels_for_classes(labels, 3));
}

}  // namespace
}  // namespace slimc
