#include "frontend/labels/labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/common/temporary_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

ClassLabel named(std::string label, std::string wordnet_id = "") {
  return {.wordnet_id = std::move(wordnet_id), .label = std::move(label)};
}

std::vector<ClassLabel> labels(std::string_view text) {
  const Result<ClassLabels> result = parse_labels(text, "labels.txt");
  if (!result) ADD_FAILURE() << result.error().to_string();
  return result ? result->list : std::vector<ClassLabel>();
}

std::string problems(std::string_view text) {
  const Result<ClassLabels> result = parse_labels(text, "labels.txt");
  return result ? "none" : result.error().to_string();
}

TEST(LabelLines, AreBareNames) {
  EXPECT_THAT(labels("nothing\ntench, Tinca tinca\ngoldfish\n"),
              ElementsAre(named("nothing"), named("tench, Tinca tinca"), named("goldfish")));
  EXPECT_THAT(labels("one"), ElementsAre(named("one")));
}

// synset_words.txt, and the same with tabs.
TEST(LabelLines, MayBeginWithAWordnetId) {
  EXPECT_THAT(labels("n01440764 tench, Tinca tinca\nn01443537\tgoldfish\nn01484850\n"),
              ElementsAre(named("tench, Tinca tinca", "n01440764"), named("goldfish", "n01443537"),
                          named("n01484850", "n01484850")));
  // None of these is one.
  EXPECT_THAT(labels("n0144076 tench\nn014407641 tench\nm01440764 tench\nn01440764, tench\n"),
              ElementsAre(named("n0144076 tench"), named("n014407641 tench"),
                          named("m01440764 tench"), named("n01440764, tench")));
}

TEST(LabelLines, ComeFromAnyEditor) {
  EXPECT_THAT(labels("\xef\xbb\xbfone\r\ntwo\r\n\r\n"), ElementsAre(named("one"), named("two")));
  EXPECT_THAT(labels("  one \t\ntwo\n\n \n"), ElementsAre(named("one"), named("two")));
}

TEST(LabelLines, AreUtf8) {
  EXPECT_THAT(labels("café\n鯉\n🐟\n"), ElementsAre(named("café"), named("鯉"), named("🐟")));
}

// "crane" is a bird and a machine, in ImageNet as well.
TEST(LabelLines, MayHaveTheSameNameTwice) {
  EXPECT_THAT(labels("n02012849 crane\nn03126707 crane\n"), SizeIs(2));
}

// Teachable Machine's, retraining scripts' and tables' lines.
TEST(LabelLines, MayBeNumbered) {
  for (const char* text : {"0 cat\n1 dog\n2 a 3D cow\n", "0: cat\n1: dog\n2: a 3D cow",
                           "0,cat\r\n1,dog\r\n2,a 3D cow\r\n", "0\tcat\n1\tdog\n2\ta 3D cow\n",
                           "0. cat\n1. dog\n2. a 3D cow\n", "2 a 3D cow\n0 cat\n1 dog\n"}) {
    EXPECT_THAT(labels(text), ElementsAre(named("cat"), named("dog"), named("a 3D cow"))) << text;
  }
  EXPECT_THAT(labels("1,n01443537 goldfish\n0,n01440764 tench\n"),
              ElementsAre(named("tench", "n01440764"), named("goldfish", "n01443537")));
}

TEST(LabelLines, KeepNumbersThatAreTheirOwn) {
  EXPECT_THAT(labels("50 km/h\n30 km/h\n"), ElementsAre(named("50 km/h"), named("30 km/h")));
  EXPECT_THAT(labels("0\n1\n2\n"), ElementsAre(named("0"), named("1"), named("2")));
  EXPECT_THAT(labels("3D\n2D\n"), ElementsAre(named("3D"), named("2D")));
  EXPECT_THAT(labels("0 cats\nsome cats\n"), ElementsAre(named("0 cats"), named("some cats")));
}

TEST(LabelProblems, OfNumberedLines) {
  EXPECT_EQ(problems("1 cat\n2 dog\n"),
            "labels.txt:1: the lines are numbered from 1 to 2, and the classes from 0; take the "
            "numbers out if the lines are in the order of the classes");
  EXPECT_EQ(problems("0: cat\n0: dog\n"), "labels.txt:2: class 0 again, it is on line 1 too");
  EXPECT_EQ(problems("0: cat\n2: dog\n"),
            "labels.txt:2: is numbered 2, expected the numbers of the classes, 0 to 1 for 2 lines; "
            "take the numbers out if they are others");
  EXPECT_EQ(problems("id,name\n0,cat\n1,dog\n"),
            "labels.txt:1: looks like the titles of a table's columns; take this line out");
  EXPECT_EQ(problems("item {\n  id: 1\n"),
            "labels.txt:1: a label map of object detection, expected a class a line");
  // The first lines of map_clsloc.txt.
  EXPECT_THAT(problems("n02119789 1 kit_fox\nn02100735 2 English_setter\n"),
              HasSubstr("labels.txt:1: a number between WordNet id and label"));
}

TEST(ClassIndex, HasLabelsAlone) {
  EXPECT_THAT(labels(R"({"1": "dog", "0": "cat"})"), ElementsAre(named("cat"), named("dog")));
}

// ImageDataGenerator.flow_from_directory(...).class_indices, whose folders may be called by digits.
TEST(ClassIndex, IsKerasClassIndices) {
  EXPECT_THAT(labels(R"({"dog": 1, "cat": 0})"), ElementsAre(named("cat"), named("dog")));
  EXPECT_THAT(labels(R"({"0": 0, "1": 1, "10": 2})"),
              ElementsAre(named("0"), named("1"), named("10")));
  EXPECT_EQ(problems(R"({"dog": 1, "cat": 1})"),
            "labels.txt:1: class 1 again, it is on line 1 too");
  EXPECT_EQ(problems(R"({"dog": 70000})"),
            "labels.txt:1: 70000 as the class of label 'dog', expected 0 to 65535");
}

TEST(ClassIndex, MayBeAList) {
  EXPECT_THAT(labels("[\"cat\",\n\"dog\"]"), ElementsAre(named("cat"), named("dog")));
  EXPECT_EQ(problems("[\"cat\", 7]"),
            "labels.txt:1: a number as the entry of class 1, expected a label");
  EXPECT_EQ(problems("[[\"n01440764\", \"tench\"]]"),
            "labels.txt:1: an array as the entry of class 0, expected a label");
}

// As the gist of ImageNet's labels that everybody has is.
TEST(LabelProblems, OfPython) {
  EXPECT_EQ(problems("{0: 'tench, Tinca tinca',\n 1: 'goldfish'}"),
            "labels.txt:1: a dictionary of Python, expected JSON, which json.dump() writes of it");
  EXPECT_THAT(problems("{'cat': 0}"), HasSubstr("a dictionary of Python"));
}

TEST(ClassIndex, ComesInAnyOrder) {
  EXPECT_THAT(labels(R"( {"1": ["n01443537", "gold\u0066ish"], "0": ["n01440764", "tench"]})"),
              ElementsAre(named("tench", "n01440764"), named("goldfish", "n01443537")));
  EXPECT_THAT(labels("\xef\xbb\xbf{\"0\": [\"\", \"rose\"]}"), ElementsAre(named("rose")));
}

TEST(ClassIndex, IsKerasOwnFile) {
  const std::string path = SLIMC_SOURCE_DIR "/../shared/models/imagenet_class_index.json";
  if (!std::ifstream(path)) GTEST_SKIP() << "no ../shared";
  const Result<ClassLabels> read = read_labels(path);
  ASSERT_TRUE(read) << read.error().to_string();
  ASSERT_THAT(read->list, SizeIs(1000));
  EXPECT_EQ(read->list[0], named("tench", "n01440764"));
  EXPECT_EQ(read->list[2], named("great_white_shark", "n01484850"));
  EXPECT_EQ(read->list[999], named("toilet_tissue", "n15075141"));
}

TEST(LabelProblems, NameTheLine) {
  EXPECT_EQ(problems("one\n\nthree\n"), "labels.txt:2: label is empty");
  EXPECT_EQ(problems("one\nt\x1b[2Jwo\n"),
            "labels.txt:2: label has the control character U+001B at its place 2");
  EXPECT_EQ(problems("one\ntw\to\n"),
            "labels.txt:2: label has the control character U+0009 at its place 3");
  EXPECT_EQ(problems(std::string_view("on\0e\n", 5)),
            "labels.txt:1: label has the control character U+0000 at its place 3");
  EXPECT_EQ(problems("one\rtwo\n"),
            "labels.txt:1: label has the control character U+000D at its place 4");
  EXPECT_EQ(problems("a\xc2\x9b m\n"),
            "labels.txt:1: label has the control character U+009B at its place 2");
  EXPECT_EQ(problems("n01440764 a\nb\nn01440764 c\n"),
            "labels.txt:3: WordNet id n01440764 is that of line 1 too");
  EXPECT_EQ(problems("one\n" + std::string(1001, 'x')),
            "labels.txt:2: label of 1001 bytes, expected at most 1000");
  EXPECT_EQ(problems(""), "labels.txt: has no labels");
  EXPECT_EQ(problems("\n \r\n"), "labels.txt: has no labels");
}

// Latin 1, a character cut short, the long form of '/', half of a surrogate pair, and more than
// there is.
TEST(LabelProblems, KnowUtf8) {
  EXPECT_EQ(problems("caf\xe9\n"), "labels.txt:1: label is not UTF-8: byte 0xe9 at its place 4");
  EXPECT_EQ(problems("a\xe9\xaf"), "labels.txt:1: label is not UTF-8: byte 0xe9 at its place 2");
  EXPECT_EQ(problems("\xc0\xaf"), "labels.txt:1: label is not UTF-8: byte 0xc0 at its place 1");
  EXPECT_EQ(problems("\xe0\x80\xaf"), "labels.txt:1: label is not UTF-8: byte 0xe0 at its place 1");
  EXPECT_EQ(problems("\xed\xa0\x80"), "labels.txt:1: label is not UTF-8: byte 0xed at its place 1");
  EXPECT_EQ(problems("\xf4\x90\x80\x80"),
            "labels.txt:1: label is not UTF-8: byte 0xf4 at its place 1");
}

// As PowerShell's > writes it.
TEST(LabelProblems, OfUtf16) {
  EXPECT_EQ(problems(std::string_view("\xff\xfe"
                                      "c\0a\0t\0\n\0",
                                      10)),
            "labels.txt: is text in UTF-16, expected UTF-8");
}

TEST(LabelProblems, AreAllToldUpToTen) {
  EXPECT_EQ(problems("one\n\nthree\n\nfive"),
            "labels.txt:2: label is empty\nlabels.txt:4: label is empty");
  const std::string told = problems("one" + std::string(1000, '\n') + "end");
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 9);
  EXPECT_THAT(told, EndsWith("labels.txt:11: label is empty"));
}

TEST(LabelProblems, EndAtTheLimitOfLabels) {
  std::string text;
  for (std::size_t i = 0; i < kMaxLabels; ++i) text += "a\n";
  EXPECT_THAT(labels(text), SizeIs(kMaxLabels));
  EXPECT_EQ(problems(text + "a\n"), "labels.txt:65537: more than 65536 labels");
}

TEST(LabelProblems, OfJson) {
  const std::string example =
      "{\"0\": [\"n01440764\", \"tench\"], ...}, {\"0\": \"tench\", ...}, {\"tench\": 0, ...} or "
      "[\"tench\", ...]";
  EXPECT_EQ(problems("{\"0\":\n ["), "labels.txt:2: malformed JSON, expected " + example);
  EXPECT_EQ(problems("{\"0\": [\"a\", \"caf\xe9\"]}"),
            "labels.txt:1: malformed JSON, expected " + example);
  EXPECT_EQ(problems("[]"), "labels.txt: has no labels");
  EXPECT_EQ(problems("{}"), "labels.txt: has no labels");
  EXPECT_EQ(problems("{\n\"tench\": [\"a\", \"b\"]}"),
            "labels.txt:2: key 'tench', expected the number of a class, 0 to 65535");
  EXPECT_EQ(problems(R"({"00": ["a", "b"]})"),
            "labels.txt:1: key '00', expected the number of a class, 0 to 65535");
  EXPECT_EQ(problems(R"({"-1": ["a", "b"]})"),
            "labels.txt:1: key '-1', expected the number of a class, 0 to 65535");
  EXPECT_EQ(problems(R"({"4000000000": ["a", "b"]})"),
            "labels.txt:1: key '4000000000', expected the number of a class, 0 to 65535");
  EXPECT_EQ(problems(R"({"\u001b": ["a", "b"]})"),
            "labels.txt:1: key, expected the number of a class, 0 to 65535");
  EXPECT_EQ(problems("{\"0\": [\"n1\", \"a\"],\n\"0\": [\"n2\", \"b\"]}"),
            "labels.txt:2: class 0 again, it is on line 1 too");
  EXPECT_EQ(problems(R"({"0": ["a", "b"], "2": ["c", "d"]})"),
            "labels.txt: class 1 is missing, the last one is 2");
  EXPECT_EQ(problems("{\"0\": [\"n01440764\", \"a\"],\n\"1\": [\"n01440764\", \"b\"]}"),
            "labels.txt:2: WordNet id n01440764 of class 1 is that of line 1 too");
  EXPECT_EQ(problems(R"({"0": ["n01440764", ""]})"), "labels.txt:1: label of class 0 is empty");
  EXPECT_EQ(problems(R"({"0": ["n\u0000", "b"]})"),
            "labels.txt:1: WordNet id of class 0 has the control character U+0000 at its place 2");
  EXPECT_EQ(problems(R"({"0": ["n01440764", "a\u009bm"]})"),
            "labels.txt:1: label of class 0 has the control character U+009B at its place 2");
}

TEST(LabelProblems, OfJsonEntries) {
  const std::string expected =
      " as the entry of key '0', expected a label, an array of two strings, WordNet id and label, "
      "or, of a label, its class's number";
  const std::pair<const char*, const char*> entries[] = {
      {"null", "null"},
      {"true", "a boolean"},
      {"-7", "a number below 0"},
      {"0.5", "a fraction"},
      {"{}", "an object"},
      {"[]", "an array of fewer strings"},
      {"[\"a\"]", "an array of fewer strings"},
      {"[\"a\", \"b\", \"c\"]", "more than two strings"},
      {"[\"a\", 7]", "a number"},
      {"[[\"a\"], \"b\"]", "an array within it"}};
  for (const auto& [entry, found] : entries) {
    EXPECT_EQ(problems("{\"0\": " + std::string(entry) + "}"),
              "labels.txt:1: " + (found + expected));
  }
}

// A parser that went down with the brackets would run out of stack.
TEST(LabelProblems, OfJsonThatIsNestedDeeply) {
  EXPECT_THAT(problems("{\"0\": " + std::string(1000000, '[')), HasSubstr("an array within it"));
  EXPECT_THAT(problems(std::string(1000000, '[')), HasSubstr("an array as the entry"));
}

TEST(ReadLabels, SaysWhatFile) {
  const slimc::testing::TemporaryFolder folder;
  const std::string path = folder / "labels.txt";
  const auto missing = read_labels(path);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().to_string(), path + ": cannot be opened: No such file or directory");
  std::ofstream(path) << std::string(kMaxLabelsFile + 1, 'x');
  const auto large = read_labels(path);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().to_string(), path + ": is larger than the limit of 8388608 bytes");
  std::ofstream(path) << "one\n";
  const auto read = read_labels(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->file, path);
}

}  // namespace
}  // namespace slimc::frontend
