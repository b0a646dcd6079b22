// The real network: what it says about 40 photos, and what others say about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/dnn.hpp>
#include <sstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"
#include "tool/npy.h"

namespace slimc::testing {
namespace {

using Json = nlohmann::json;

class SharedModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (shared_folder().empty()) GTEST_SKIP() << "no ../shared";
  }

  static std::string model(const std::string& suffix) {
    return shared_folder() / "models" / ("mobilenet_v1_0.25_224" + suffix);
  }

  // The network's result for an array of the reference's.
  std::vector<float> probabilities(const std::string& form, const std::string& input,
                                   const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"run", form,       "--input",
                                          input, "--output", folder_ / "out.npy"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ToolOutcome outcome = run_slimc(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.transcript();
    const Result<NpyArray> array = read_npy(folder_ / "out.npy");
    if (!array) ADD_FAILURE() << array.error().to_string();
    return array ? std::get<std::vector<float>>(array->data) : std::vector<float>(1001);
  }

  static std::string reference(const std::string& name) {
    return shared_folder() / "models" / "reference" / name;
  }

  TemporaryFolder folder_;
};

struct TopFive {
  std::vector<int> classes;
  std::vector<double> probabilities;
};

template <typename T>
std::vector<T> split_numbers(const std::string& text) {
  std::vector<T> numbers;
  std::istringstream stream(text);
  T number;
  for (char comma = ','; comma == ',' && stream >> number; comma = '\0', stream >> comma) {
    numbers.push_back(number);
  }
  return numbers;
}

// A line a photo behind the headings: file, five classes, five probabilities.
std::map<std::string, TopFive> read_top_fives(const std::string& path) {
  std::map<std::string, TopFive> photos;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  for (std::string name, classes, probabilities; file >> name >> classes >> probabilities;) {
    photos[name] = {split_numbers<int>(classes), split_numbers<double>(probabilities)};
  }
  return photos;
}

Json class_index() {
  return Json::parse(std::ifstream(shared_folder() / "models" / "imagenet_class_index.json"));
}

// The WordNet ids and labels of classes that begin at `first`, against Keras' file.
void expect_names_of(const Json& predictions, const Json& index, int first) {
  for (const Json& prediction : predictions) {
    const int number = prediction["class"];
    if (number < first) continue;  // the background
    const Json& entry = index[std::to_string(number - first)];
    EXPECT_EQ(prediction["wordnet_id"], entry[0]);
    EXPECT_EQ(prediction["label"], entry[1]);
  }
}

TEST_F(SharedModel, NamesWhatIsInThePhotos) {
  const std::map<std::string, TopFive> expected =
      read_top_fives(reference("mobilenet_v1_0.25_224_top5.tsv"));
  ASSERT_EQ(expected.size(), 40u);
  std::vector<std::string> arguments = {"run", model(".ckpt"), "--json", "--labels",
                                        shared_folder() / "models" / "imagenet_class_index.json"};
  for (const auto& [name, top_five] : expected) {
    arguments.push_back(shared_folder() / "images" / name);
  }
  const ToolOutcome outcome = run_slimc(arguments);
  ASSERT_EQ(outcome.status, 0) << outcome.transcript();
  const Json images = Json::parse(outcome.out)["images"];
  ASSERT_EQ(images.size(), expected.size());
  const Json index = class_index();
  for (const Json& image : images) {
    const std::string name = std::filesystem::path(image["image"].get<std::string>()).filename();
    const TopFive& wanted = expected.at(name);
    const Json& predictions = image["predictions"];
    ASSERT_EQ(predictions.size(), 5u);
    expect_names_of(predictions, index, 1);
    EXPECT_EQ(predictions[0]["class"], wanted.classes[0]) << name;
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_NEAR(predictions[i]["probability"], wanted.probabilities[i], 1e-4) << name;
      // The order counts where the neighbours in it are not nearly equal.
      const bool near_before =
          i > 0 && wanted.probabilities[i - 1] - wanted.probabilities[i] <= 1e-3;
      const bool near_behind =
          i == 4 || wanted.probabilities[i] - wanted.probabilities[i + 1] <= 1e-3;
      if (!near_before && !near_behind) {
        EXPECT_EQ(predictions[i]["class"], wanted.classes[i]) << name << ", place " << i + 1;
      }
    }
  }
}

TEST_F(SharedModel, LabelsTheTigerShark) {
  const ToolOutcome outcome =
      run_slimc({"run", model(".ckpt"), shared_folder() / "images" / "n01491361_tiger_shark.JPEG",
                 "--labels", shared_folder() / "models" / "imagenet_class_index.json"});
  ASSERT_EQ(outcome.status, 0) << outcome.transcript();
  EXPECT_THAT(outcome.out, ::testing::MatchesRegex("0\\.97[0-9]+     4  tiger_shark\n(.*\n){4}"));
}

// Keras' own network has no background: of slim's labels the first is left out.
TEST_F(SharedModel, LabelsKerasNetworkWithSlimsLabels) {
  const Json index = class_index();
  std::ofstream labels(folder_ / "labels.txt");
  labels << "background\n";
  for (int i = 0; i < 1000; ++i) {
    const Json& entry = index[std::to_string(i)];
    labels << entry[0].get<std::string>() << ' ' << entry[1].get<std::string>() << '\n';
  }
  labels.close();
  const ToolOutcome outcome =
      run_slimc({"run", shared_folder() / "models" / "mobilenet_0.25_224_keras.h5",
                 shared_folder() / "images" / "n01491361_tiger_shark.JPEG", "--json", "--labels",
                 folder_ / "labels.txt"});
  ASSERT_EQ(outcome.status, 0) << outcome.transcript();
  const Json predictions = Json::parse(outcome.out)["predictions"];
  ASSERT_EQ(predictions.size(), 5u);
  EXPECT_EQ(predictions[0]["class"], 3);
  EXPECT_EQ(predictions[0]["wordnet_id"], "n01491361");
  EXPECT_EQ(predictions[0]["label"], "tiger_shark");
  expect_names_of(predictions, index, 0);
}

// '<f8' arrays are not what networks take, so the tool's reader refuses them.
std::vector<double> read_doubles(const std::string& path) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) {
    ADD_FAILURE() << bytes.error().to_string();
    return {};
  }
  std::vector<double> values(1001);
  const std::size_t size = values.size() * sizeof(double);
  EXPECT_GT(bytes->size(), size);
  std::memcpy(values.data(), bytes->data() + bytes->size() - size, size);
  return values;
}

TEST_F(SharedModel, AgreesWithTheDoublePrecisionReference) {
  for (const std::string number : {"0", "1"}) {
    const std::vector<float> ours =
        probabilities(model(".ckpt"), reference("input_" + number + ".npy"));
    const std::vector<double> theirs = read_doubles(reference("probabilities_" + number + ".npy"));
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-5) << i;
  }
}

TEST_F(SharedModel, HasTheSameBitsInAllForms) {
  const std::string input = reference("input_1.npy");
  const std::vector<float> first = probabilities(model(".ckpt"), input);
  EXPECT_EQ(probabilities(model("_eval.pbtxt"), input, {"--checkpoint", model(".ckpt")}), first);
  EXPECT_EQ(probabilities(model("_frozen.pb"), input), first);
  EXPECT_EQ(probabilities(model(".ckpt.meta"), input), first);
  EXPECT_EQ(probabilities(model(".ckpt"), input, {"--threads", "2"}), first);
}

TEST_F(SharedModel, AgreesWithOpenCvsImporter) {
  cv::dnn::Net net = cv::dnn::readNetFromTensorflow(model("_frozen.pb"));
  for (const std::string number : {"0", "1"}) {
    const std::string input = reference("input_" + number + ".npy");
    const Result<NpyArray> array = read_npy(input);
    ASSERT_TRUE(array) << array.error().to_string();
    cv::Mat image(224, 224, CV_32FC3,
                  const_cast<float*>(std::get<std::vector<float>>(array->data).data()));
    net.setInput(cv::dnn::blobFromImage(image));
    const cv::Mat theirs = net.forward();
    const std::vector<float> ours = probabilities(model("_frozen.pb"), input);
    ASSERT_EQ(theirs.total(), ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_NEAR(ours[i], theirs.ptr<float>()[i], 1e-4) << i;
    }
  }
}

// Of x86 without F16C this says nothing.
TEST_F(SharedModel, KeepsItsAnswerWith16BitWeights) {
  if (run_slimc({"verify", model(".ckpt"), "--weights-type", "f16"}).status == 2) {
    GTEST_SKIP() << "this processor does not convert 16-bit floats";
  }
  const auto wide = probabilities(model("_frozen.pb"), reference("input_0.npy"));
  const auto halves =
      probabilities(model("_frozen.pb"), reference("input_0.npy"), {"--weights-type", "f16"});
  double largest = 0;
  for (std::size_t i = 0; i < wide.size(); ++i) {
    largest = std::max(largest, std::abs(double{wide[i]} - halves[i]));
  }
  EXPECT_GT(largest, 1e-5) << "rounded weights cannot give the same probabilities";
  EXPECT_LT(largest, 1e-2);

  const ToolOutcome verified =
      run_slimc({"verify", model(".ckpt"), "--input", reference("input_0.npy"), "--weights-type",
                 "f16", "--json"});
  ASSERT_EQ(verified.status, 0) << verified.transcript();
  const Json report = Json::parse(verified.out);
  EXPECT_LT(report["max_abs_error"], 1e-6) << "against the rounded weights";
  EXPECT_NEAR(report["max_abs_rounding"], largest, 1e-6);
}

TEST_F(SharedModel, VerifiesOnAPhoto) {
  const ToolOutcome outcome =
      run_slimc({"verify", model(".ckpt"), "--image",
                 shared_folder() / "images" / "n02119789_kit_fox.JPEG", "--json"});
  EXPECT_EQ(outcome.status, 0) << outcome.transcript();
}

}  // namespace
}  // namespace slimc::testing
