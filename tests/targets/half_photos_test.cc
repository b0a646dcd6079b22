// What 16-bit arithmetic does to ../shared's real network: the table of docs/library.md. Emulated
// halves are slow, so this is run by hand:
//
//   build/tests/targets_half_photos_test --gtest_also_run_disabled_tests
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "compiler/build/compile_libraries.h"
#include "frontend/frontend.h"
#include "tests/targets/machines.h"
#include "tool/image.h"

namespace slimc::testing {
namespace {

constexpr std::size_t kClasses = 1001;

struct Photos {
  std::string input;  // all of them, as driver.c reads them
  std::vector<std::size_t> labels;
};

Photos read_photos(const std::filesystem::path& folder) {
  Photos photos;
  std::ifstream table(folder / "labels.tsv");
  std::string line, name, words;
  std::getline(table, line);
  for (std::size_t label; table >> name >> label >> words;) {
    const Result<Image> photo = read_image(folder / name);
    if (!photo) {
      ADD_FAILURE() << photo.error().to_string();
      continue;
    }
    photos.input += bytes_of(preprocess_for_evaluation(*photo, 224, 224));
    photos.labels.push_back(label);
  }
  return photos;
}

// Of one photo, most probable first.
std::vector<std::size_t> top_five(const float* probabilities) {
  std::vector<std::size_t> classes(kClasses);
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  std::partial_sort(
      classes.begin(), classes.begin() + 5, classes.end(),
      [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  classes.resize(5);
  return classes;
}

struct Comparison {
  int right = 0, right_in_five = 0;
  int same = 0, same_five = 0;     // as the other; five as a set
  double largest = 0, median = 0;  // of the photos' largest differences of a probability
};

Comparison compare(const std::vector<float>& ours, const std::vector<float>& theirs,
                   const std::vector<std::size_t>& labels) {
  Comparison c;
  std::vector<double> differences;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const float *a = ours.data() + i * kClasses, *b = theirs.data() + i * kClasses;
    std::vector<std::size_t> five = top_five(a), others = top_five(b);
    c.right += five[0] == labels[i];
    c.right_in_five += std::count(five.begin(), five.end(), labels[i]) != 0;
    c.same += five[0] == others[0];
    std::sort(five.begin(), five.end());
    std::sort(others.begin(), others.end());
    c.same_five += five == others;
    double largest = 0;
    for (std::size_t k = 0; k < kClasses; ++k) {
      largest = std::max(largest, std::abs(double{a[k]} - b[k]));
    }
    differences.push_back(largest);
  }
  std::sort(differences.begin(), differences.end());
  c.largest = differences.back();
  c.median = (differences[(differences.size() - 1) / 2] + differences[differences.size() / 2]) / 2;
  return c;
}

class DISABLED_Photos : public ::testing::TestWithParam<Numbers> {};

// Floats are computed here, natively; what ARM makes of them is tested elsewhere.
TEST_P(DISABLED_Photos, AreClassifiedInHalves) {
  const std::filesystem::path shared = SLIMC_SOURCE_DIR "/../shared";
  if (!std::filesystem::exists(shared)) GTEST_SKIP() << "no ../shared";
  SilentReporter reporter;
  const Result<Graph> graph = frontend::load_model(
      {.model = shared / "models" / "mobilenet_v1_0.25_224_frozen.pb"}, reporter);
  ASSERT_TRUE(graph) << graph.error().to_string();
  const Photos photos = read_photos(shared / "images");
  ASSERT_EQ(photos.labels.size(), 40u);

  const auto run = [&](const char* name, const Numbers& numbers) {
    const Target target = *parse_target(name);
    const Result<CompiledLibrary> library = compile_for(*graph, target, numbers);
    if (!library) {
      ADD_FAILURE() << library.error().to_string();
      return std::vector<float>();
    }
    const Driver driver(*library, target, machine_for(target));
    // A few at a time: each run has a time limit.
    std::vector<float> results;
    const std::size_t few = photos.input.size() / 10;
    for (std::size_t at = 0; at < photos.input.size(); at += few) {
      const DriverOutcome outcome =
          driver.run(DriverMode::Run, ElementType::Float32, 2, photos.input.substr(at, few));
      EXPECT_EQ(outcome.status, 0) << outcome.text;
      results.insert(results.end(), outcome.results.begin(), outcome.results.end());
    }
    return results;
  };
  const std::vector<float> exact = run("host", {}), ours = run("arm64-fp16", GetParam());
  ASSERT_EQ(exact.size(), 40 * kClasses);
  ASSERT_EQ(ours.size(), exact.size());
  const Comparison f32 = compare(exact, exact, photos.labels);
  const Comparison c = compare(ours, exact, photos.labels);
  fmt::print("right {}, {} (floats {}, {}); same first {}, first five {}\n", c.right,
             c.right_in_five, f32.right, f32.right_in_five, c.same, c.same_five);
  fmt::print("largest difference {:.2g}, median photo's {:.2g}\n", c.largest, c.median);
  EXPECT_GE(c.same, 38);
  EXPECT_LE(c.largest, 0.1);
}

INSTANTIATE_TEST_SUITE_P(Accumulate, DISABLED_Photos, ::testing::Values(kHalfProducts, kHalfSums),
                         [](const auto& info) {
                           return info.param.accumulate == ElementType::Float16 ? "f16" : "f32";
                         });

}  // namespace
}  // namespace slimc::testing
