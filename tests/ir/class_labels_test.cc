#include "ir/class_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ClassLabels labels_of(const std::vector<std::string>& names) {
  ClassLabels labels{.file = "labels.txt"};
  for (const std::string& name : names) labels.list.push_back({.label = name});
  return labels;
}

// "name 0", "name 1" and so on, behind `first` where that is given.
std::vector<std::string> names(int count, const std::string& first = "") {
  std::vector<std::string> list;
  if (!first.empty()) list.push_back(first);
  for (int i = 0; i < count; ++i) list.push_back("name " + std::to_string(i));
  return list;
}

struct Fitted {
  std::vector<std::string> labels;
  std::string notes, problems;
};

Fitted fit(const std::vector<std::string>& names, std::int64_t classes,
           const std::string& form = "TensorFlow") {
  const Result<FittedLabels> result = labels_for_classes(labels_of(names), classes, form);
  if (!result) return {.labels = {}, .notes = "", .problems = result.error().to_string()};
  Fitted fitted{.labels = {}, .notes = result->notes.to_string(), .problems = ""};
  for (const ClassLabel& label : result->labels.list) fitted.labels.push_back(label.label);
  return fitted;
}

TEST(LabelsForClasses, AreThoseOfTheFile) {
  for (const char* form : {"TensorFlow", "Keras", "TFLite", "ONNX", ""}) {
    EXPECT_THAT(fit({"a", "b"}, 2, form).labels, ElementsAre("a", "b"));
    EXPECT_THAT(fit({"background", "b"}, 2, form).labels, ElementsAre("background", "b"));
    EXPECT_EQ(fit({"background", "b"}, 2, form).notes, "");
  }
}

TEST(LabelsForClasses, GetSlimsBackground) {
  for (const char* form : {"TensorFlow", "TFLite", ""}) {
    const Fitted fitted = fit(names(1000), 1001, form);
    ASSERT_EQ(fitted.labels.size(), 1001u) << fitted.problems;
    EXPECT_EQ(fitted.labels[0], "background");
    EXPECT_EQ(fitted.labels[1], "name 0");
    EXPECT_EQ(fitted.labels[1000], "name 999");
    EXPECT_EQ(fitted.notes,
              "labels.txt: 1000 labels for 1001 classes, taken for slim's ImageNet classes: class "
              "0 is called 'background', class 1 is 'name 0'");
  }
}

// A Keras network of 1001 classes has been trained on something else, and five classes are no
// ImageNet: whatever was guessed would shift all names.
TEST(LabelsForClasses, AreNotShiftedByAGuess) {
  const std::string advice =
      "; where class 0 is one of its own, add a line for it ('background') in front, where the "
      "last class has no name, one behind";
  for (const char* form : {"Keras", "ONNX"}) {
    EXPECT_EQ(
        fit(names(1000), 1001, form).problems,
        "labels.txt: 1000 labels, expected 1001, as many as the network has classes" + advice);
  }
  for (const char* form : {"Keras", "TensorFlow", "TFLite", "ONNX"}) {
    EXPECT_EQ(fit(names(4), 5, form).problems,
              "labels.txt: 4 labels, expected 5, as many as the network has classes" + advice);
  }
}

TEST(LabelsForClasses, LoseABackground) {
  for (const char* none : {"background", "Background", "dummy"}) {
    const Fitted fitted = fit(names(1000, none), 1000, "Keras");
    ASSERT_EQ(fitted.labels.size(), 1000u) << fitted.problems;
    EXPECT_EQ(fitted.labels[0], "name 0");
    EXPECT_EQ(fitted.notes, "labels.txt: 1001 labels for 1000 classes: the first, '" +
                                std::string(none) + "', is left out; class 0 is 'name 0'");
  }
  EXPECT_EQ(fit({"background", "tench", "goldfish"}, 2).problems,
            "labels.txt: 3 labels from 'background' on, expected 2, as many as the network has "
            "classes; where the network has no background, take that line out");
}

TEST(LabelsForClasses, SayWhatDoesNotFit) {
  EXPECT_EQ(fit({"a"}, 3).problems,
            "labels.txt: 1 label, expected 3, as many as the network has classes");
  // One too many is somebody's, but nobody's background.
  EXPECT_EQ(fit(names(1001), 1000).problems,
            "labels.txt: 1001 labels, expected 1000, as many as the network has classes");
  // One is missing, and it is not the background.
  EXPECT_EQ(fit(names(999, "background"), 1001).problems,
            "labels.txt: 1000 labels from 'background' on, expected 1001, as many as the network "
            "has classes; a class has no name");
}

// A synset may well be called so; then it has an id.
TEST(LabelsForClasses, KnowTheBackgroundByItsLackOfAnId) {
  ClassLabels labels = labels_of(names(1000, "background"));
  labels.list[0].wordnet_id = "n03598930";
  EXPECT_FALSE(labels_for_classes(labels, 1000, "TensorFlow"));
}

// ImageNet's cranes are a bird and a machine.
TEST(LabelsForClasses, SayWhichAreTheSame) {
  EXPECT_EQ(fit({"a", "b", "a", "c", "b", "a"}, 6).notes,
            "labels.txt: several classes have the same label: 'a' (classes 0, 2, 5), 'b' (classes "
            "1, 4)");
  const ClassLabels cranes{.file = "labels.txt",
                           .list = {{"n02012849", "crane"}, {"n03126707", "crane"}}};
  const Result<FittedLabels> fitted = labels_for_classes(cranes, 2, "TensorFlow");
  ASSERT_TRUE(fitted);
  EXPECT_TRUE(fitted->notes.empty());
  const std::string many = fit(std::vector<std::string>(70, "x"), 70).notes;
  EXPECT_THAT(many, HasSubstr("'x' (classes 0, 1, 2, 3, 4, ...)"));
}

}  // namespace
}  // namespace slimc
