// Whole networks on other processors: the family's smallest with random weights against double
// precision and OpenCV, and ../shared's real one against what others computed for it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "compiler/build/compile_libraries.h"
#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/mobilenet/mobilenet.h"
#include "support/files.h"
#include "tests/common/graph_builder.h"
#include "tests/targets/machines.h"
#include "tests/targets/opencv_network.h"
#include "tool/image.h"
#include "tool/npy.h"

namespace slimc::testing {
namespace {

constexpr double kTolerance = 1e-5;  // of probabilities

class Networks : public ::testing::TestWithParam<const char*> {
 protected:
  Target target_ = *parse_target(GetParam());
  Machine machine_ = machine_for(target_);
};

std::string target_name(const ::testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

template <typename T>
void expect_near(const std::vector<float>& ours, const std::vector<T>& theirs,
                 const std::string& whose) {
  ASSERT_EQ(ours.size(), theirs.size());
  double largest = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double difference = std::abs(static_cast<double>(ours[i]) - theirs[i]);
    EXPECT_LE(difference, kTolerance) << whose << ", class " << i;
    largest = std::max(largest, difference);
  }
  ::testing::Test::RecordProperty("largest_difference_from_" + whose,
                                  fmt::format("{:.2g}", largest));
}

using SmallestNetwork = Networks;

TEST_P(SmallestNetwork, AgreesWithDoublePrecisionAndOpenCv) {
  const Result<Graph> graph =
      frontend::build_mobilenet({.alpha = 0.25, .height = 128, .width = 128});
  ASSERT_TRUE(graph) << graph.error().to_string();
  const Result<CompiledLibrary> library = compile_for(*graph, target_);
  ASSERT_TRUE(library) << library.error().to_string();
  const Driver driver(*library, target_, machine_);

  const Tensor image = reference::narrow(random_tensor(graph->op(graph->input).shape, /*seed=*/3));
  const std::string input = bytes_of(image.data);
  const DriverOutcome outcome = driver.run(DriverMode::Run, ElementType::Float32, 2, input);
  ASSERT_EQ(outcome.status, 0) << outcome.text;
  expect_near(outcome.results, reference::evaluate(*graph, reference::widen(image)).data,
              "double_precision");
  expect_near(outcome.results, compute_with_opencv(*graph, image.data), "OpenCV");
  EXPECT_EQ(driver.run(DriverMode::Run, ElementType::Float32, 1, input).results, outcome.results);
}

INSTANTIATE_TEST_SUITE_P(Targets, SmallestNetwork, ::testing::Values("arm64", "armv7-neon"),
                         target_name);

class RealNetwork : public Networks {
 protected:
  static std::filesystem::path shared() { return SLIMC_SOURCE_DIR "/../shared"; }
  static std::filesystem::path reference_file(const std::string& name) {
    return shared() / "models" / "reference" / name;
  }

  void SetUp() override {
    if (!std::filesystem::exists(shared())) GTEST_SKIP() << "no ../shared";
    SilentReporter reporter;
    const Result<Graph> graph = frontend::load_model(
        {.model = shared() / "models" / "mobilenet_v1_0.25_224_frozen.pb"}, reporter);
    ASSERT_TRUE(graph) << graph.error().to_string();
    const Result<CompiledLibrary> library = compile_for(*graph, target_);
    ASSERT_TRUE(library) << library.error().to_string();
    driver_.emplace(*library, target_, machine_);
  }

  std::vector<float> run(ElementType type, const std::string& input) const {
    const DriverOutcome outcome = driver_->run(DriverMode::Run, type, 2, input);
    EXPECT_EQ(outcome.status, 0) << outcome.text;
    return outcome.results;
  }

  std::optional<Driver> driver_;
};

// '<f8' arrays, which the tool's reader refuses: the data are the end of the file.
std::vector<double> read_doubles(const std::filesystem::path& path, std::size_t count) {
  const Result<std::string> bytes = read_file(path);
  std::vector<double> values(count);
  const std::size_t size = count * sizeof(double);
  if (!bytes || bytes->size() < size) {
    ADD_FAILURE() << path;
    return values;
  }
  std::memcpy(values.data(), bytes->data() + bytes->size() - size, size);
  return values;
}

// A line a photo behind the headings: file, five classes, five probabilities.
struct TopFive {
  std::vector<std::size_t> classes;
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

TEST_P(RealNetwork, AgreesWithTheReferenceAndKnowsThePhotos) {
  // Both arrays in one run of the program.
  std::string input;
  std::vector<double> expected;
  for (const std::string number : {"0", "1"}) {
    const Result<NpyArray> array = read_npy(reference_file("input_" + number + ".npy"));
    ASSERT_TRUE(array) << array.error().to_string();
    input += bytes_of(std::get<std::vector<float>>(array->data));
    const std::vector<double> probabilities =
        read_doubles(reference_file("probabilities_" + number + ".npy"), 1001);
    expected.insert(expected.end(), probabilities.begin(), probabilities.end());
  }
  expect_near(run(ElementType::Float32, input), expected, "the_reference");

  std::ifstream lines(reference_file("mobilenet_v1_0.25_224_top5.tsv"));
  std::string line;
  std::getline(lines, line);
  std::string name, classes, probabilities;
  for (int photos = 0; photos < 2 && lines >> name >> classes >> probabilities; ++photos) {
    SCOPED_TRACE(name);
    const Result<Image> photo = read_image(shared() / "images" / name);
    ASSERT_TRUE(photo) << photo.error().to_string();
    const TopFive best{split_numbers<std::size_t>(classes), split_numbers<double>(probabilities)};
    const std::vector<float> ours =
        run(ElementType::Float32, bytes_of(preprocess_for_evaluation(*photo, 224, 224)));
    ASSERT_EQ(ours.size(), 1001u);
    for (std::size_t i = 0; i < 5; ++i) {
      // The decoder may differ by a bit from the reference's.
      EXPECT_NEAR(ours[best.classes[i]], best.probabilities[i], 1e-4) << best.classes[i];
    }
    if (photos > 0) continue;
    const std::vector<float> of_bytes =
        run(ElementType::UInt8, bytes_of(preprocess_to_bytes(*photo, 224, 224)));
    EXPECT_EQ(std::max_element(of_bytes.begin(), of_bytes.end()) - of_bytes.begin(),
              static_cast<std::ptrdiff_t>(best.classes[0]));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, RealNetwork, ::testing::Values("arm64", "armv7-neon"),
                         target_name);

}  // namespace
}  // namespace slimc::testing
