// Every kind of stage as other processors compute it, against the double-precision reference. Each
// stage alone, on what the stage before it should have written, so that a wrong one is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/build/compile_libraries.h"
#include "compiler/reference/evaluate.h"
#include "compiler/targets/target_list.h"
#include "tests/common/graph_builder.h"
#include "tests/targets/machines.h"
#include "tests/targets/small_networks.h"

namespace slimc::testing {
namespace {

using reference::DoubleTensor;

struct Case {
  std::string target;
  std::string on_linux;  // the same CPU's
  Numbers numbers = {};
  std::string cpu = {};     // QEMU's name; empty: the plainest
  double tolerance = 1e-5;  // of the largest value of the stage
};

// All targets of the list that are said to be run.
std::vector<Case> all_cases() {
  std::vector<Case> list;
  for (const ListedTarget& listed : listed_targets()) {
    if (is_run(listed.tested)) {
      list.push_back({listed.name(), std::string(listed.family) + "-linux"});
    }
  }
  return list;
}

// For the network with more kinds: the processors that differ. tests/schedules runs random networks
// on x86.
std::vector<Case> classifier_cases() {
  return {// Of 2008, without AVX.
          {"x86-64-linux", "x86-64-linux", {}, "Penryn"},
          {"arm64-linux", "arm64-linux"},
          {"arm64-linux", "arm64-linux", kHalfWeights},
          {"armv7-neon-linux", "armv7-neon-linux"}};
}

// Halves have 11 bits: an activation, a product and each sum on the way are off by 2^-12 of
// themselves at most. In a sum of n products, whose parts are as large as the stage's largest value
// or smaller, that is n/2^12 of it if all errors have one sign, and about sqrt(n)/2^12 as they
// come. 64 products at most are summed that way, or all 203 of long_sums(); three times that is
// allowed.
std::vector<Case> half_cases() {
  return {{"arm64-fp16-linux", "arm64-fp16-linux", kHalfProducts, {}, 3 * 8.0 / 4096},
          {"arm64-fp16-linux", "arm64-fp16-linux", kHalfSums, {}, 3 * 14.3 / 4096}};
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.target;
  std::replace(name.begin(), name.end(), '-', '_');
  const Numbers& numbers = info.param.numbers;
  return name + (numbers.accumulate == ElementType::Float16   ? "_f16_sums"
                 : numbers.arithmetic == ElementType::Float16 ? "_f16_products"
                 : numbers.weights == ElementType::Float16    ? "_f16"
                                                              : "");
}

std::ostream& operator<<(std::ostream& stream, const Case& c) { return stream << c.target; }

DoubleTensor image_for(const Graph& graph, bool bytes) {
  DoubleTensor image = random_tensor(graph.op(graph.input).shape, 5);
  if (!bytes) {
    for (double& x : image.data) x = static_cast<float>(x);
    return image;
  }
  Random random(6);
  for (double& x : image.data) x = static_cast<double>(random.integer(0, 255));
  return image;
}

class Stages : public ::testing::TestWithParam<Case> {
 protected:
  void check(const Graph& graph) {
    target_ = *parse_target(GetParam().target);
    machine_ = GetParam().cpu.empty() ? machine_for(target_) : emulated(target_, GetParam().cpu);
    if (machine_.c_compiler.empty()) GTEST_SKIP() << "compiled elsewhere, not run here";
    if (machine_.emulator.empty() && !parse_target(GetParam().on_linux)->is_host_compatible) {
      GTEST_SKIP() << "compiled, not run: this CPU lacks " << target_.required_features.back();
    }
    Result<CompiledLibrary> library = compile_for(graph, target_, GetParam().numbers);
    ASSERT_TRUE(library) << library.error().to_string();
    const Driver driver(*library, target_, machine_);
    check(*library, driver, ElementType::Float32);
    check(*library, driver, ElementType::UInt8);
  }

 private:
  void check(const Library& library, const Driver& driver, ElementType type) {
    const bool bytes = type == ElementType::UInt8;
    DoubleTensor image = image_for(*library.graph, bytes);
    std::string input;
    if (bytes) {
      for (double& x : image.data) {
        input += static_cast<char>(static_cast<std::uint8_t>(x));
        x = x / 127.5 - 1;
      }
    } else {
      input = bytes_of(reference::narrow(image).data);
    }
    const std::vector<DoubleTensor> values = reference::evaluate_all(*library.graph, image);
    std::string expected;
    for (const Stage& stage : library.plan().stages) {
      expected +=
          bytes_of(reference::narrow(values[static_cast<std::size_t>(stage.value.op)]).data);
    }
    const DriverOutcome outcome = driver.run(DriverMode::Stages, type, 2, input + expected);
    ASSERT_EQ(outcome.status, 0) << outcome.text;
    compare(library, values, outcome.results, bytes ? " (8-bit)" : "");

    const DriverOutcome one = driver.run(DriverMode::Run, type, 1, input);
    ASSERT_EQ(one.status, 0) << one.text;
    const DoubleTensor& result = values[static_cast<std::size_t>(library.graph->output().op)];
    EXPECT_LE(difference(one.results.data(), result.data.data(), result.data.size()),
              GetParam().tolerance);
    for (const int threads : {2, 5}) {
      EXPECT_EQ(driver.run(DriverMode::Run, type, threads, input).results, one.results)
          << threads << " threads must give the same bits";
    }
    const DriverOutcome modes = driver.run(DriverMode::Modes, type, 2, input);
    EXPECT_EQ(modes.status, 0) << modes.text;
    EXPECT_EQ(modes.results, one.results);
  }

  // The largest difference over the largest magnitude; infinite where something is not a number.
  static double difference(const float* compiled, const double* expected, std::size_t count) {
    double largest = 0, magnitude = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double d = std::abs(double{compiled[i]} - expected[i]);
      largest = std::max(largest, std::isnan(d) ? HUGE_VAL : d);
      magnitude = std::max(magnitude, std::abs(expected[i]));
    }
    return magnitude > 0 ? largest / magnitude : largest;
  }

  void compare(const Library& library, const std::vector<DoubleTensor>& values,
               const std::vector<float>& results, const std::string& what) const {
    const auto batch = static_cast<std::size_t>(library.plan().input_shape[0]);
    const float* at = results.data();
    const float* const end = at + results.size();
    double worst = 0;
    for (std::size_t item = 0; item < batch; ++item) {
      for (const Stage& stage : library.plan().stages) {
        const DoubleTensor& value = values[static_cast<std::size_t>(stage.value.op)];
        const std::size_t count = value.data.size() / batch;
        ASSERT_LE(count, static_cast<std::size_t>(end - at));
        const double error = difference(at, value.data.data() + item * count, count);
        EXPECT_LE(error, GetParam().tolerance) << stage.name << what << ": " << stage.description;
        worst = std::max(worst, error);
        at += count;
      }
    }
    EXPECT_EQ(at, end);
    RecordProperty("worst" + what, std::to_string(worst));
  }

  Target target_;
  Machine machine_;
};

TEST_P(Stages, OfFeaturesAgreeWithTheReference) { check(small_features()); }
INSTANTIATE_TEST_SUITE_P(Targets, Stages, ::testing::ValuesIn(all_cases()), case_name);

using MoreStages = Stages;
TEST_P(MoreStages, OfAClassifierAgreeWithTheReference) { check(small_classifier()); }
INSTANTIATE_TEST_SUITE_P(Targets, MoreStages, ::testing::ValuesIn(classifier_cases()), case_name);

using HalfStages = Stages;
TEST_P(HalfStages, OfAClassifierAgreeWithTheReference) { check(small_classifier()); }
TEST_P(HalfStages, OfLongSumsAgreeWithTheReference) { check(long_sums()); }
INSTANTIATE_TEST_SUITE_P(Targets, HalfStages, ::testing::ValuesIn(half_cases()), case_name);

// The two networks are what they are said to be.
TEST(SmallNetworks, HaveAllKindsOfStages) {
  for (const char* text : {"x86-64-linux", "arm64-linux", "armv7-neon-linux"}) {
    const Target target = *parse_target(text);
    std::set<StageKind> kinds;
    std::set<std::int64_t> strides;
    for (const Graph& graph : {small_classifier(), small_features()}) {
      const Result<CompiledLibrary> library = compile_for(graph, target);
      ASSERT_TRUE(library) << library.error().to_string();
      for (const Stage& stage : library->plan().stages) {
        kinds.insert(stage.shape.kind);
        if (stage.shape.kind == StageKind::Depthwise) strides.insert(stage.shape.stride_h);
      }
    }
    EXPECT_THAT(kinds, ::testing::UnorderedElementsAreArray(kStageKinds));
    EXPECT_THAT(strides, ::testing::ElementsAre(1, 2));
  }
}

}  // namespace
}  // namespace slimc::testing
