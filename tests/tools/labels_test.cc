#include "compiler/tools/labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> labels(const std::string& text, std::int64_t classes) {
  const Result<std::vector<std::string>> result = parse_labels(text, classes, "labels.txt");
  return result ? *result : std::vector{result.error().to_string()};
}

TEST(Labels, AreLines) {
  EXPECT_THAT(labels("nothing\ntench, Tinca tinca\ngoldfish\n", 3),
              ElementsAre("nothing", "tench, Tinca tinca", "goldfish"));
  EXPECT_THAT(labels("a\r\nb", 2), ElementsAre("a", "b"));
}

TEST(Labels, AreShiftedWhereTheBackgroundIsMissing) {
  EXPECT_THAT(labels("tench\ngoldfish\n", 3), ElementsAre("background", "tench", "goldfish"));
  EXPECT_THAT(labels(R"({"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]})", 3),
              ElementsAre("background", "tench", "goldfish"));
}

TEST(Labels, AreKerasClassIndexInAnyOrder) {
  EXPECT_THAT(labels(R"( {"1": ["n01443537", "goldfish"], "0": ["n01440764", "tench"]})", 2),
              ElementsAre("tench", "goldfish"));
}

TEST(Labels, SaysWhatIsWrong) {
  EXPECT_THAT(labels("a\n", 3),
              ElementsAre("labels.txt: 1 labels, expected 3 or, without the background, 2"));
  EXPECT_THAT(labels("", 3),
              ElementsAre("labels.txt: 0 labels, expected 3 or, without the background, 2"));
  EXPECT_THAT(labels("{\"0\": [", 1),
              ElementsAre("labels.txt: malformed JSON, expected {\"0\": [\"n01440764\", "
                          "\"tench\"], ...}"));
  EXPECT_THAT(labels(R"({"1": ["a", "b"]})", 1),
              ElementsAre("labels.txt: key '1', expected each number from 0 to 0 once"));
  EXPECT_THAT(labels(R"({"0": ["a", "b"], "00": ["a", "c"]})", 2),
              ElementsAre("labels.txt: key '00', expected each number from 0 to 1 once"));
  EXPECT_THAT(labels(R"({"0": "b"})", 1),
              ElementsAre("labels.txt: entry of '0', expected an array of two strings, identifier "
                          "and label"));
}

}  // namespace
}  // namespace slimc
