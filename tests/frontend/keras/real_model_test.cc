// The published weights in ../shared, in Keras' own file.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/unique_fd.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/keras/keras_files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

class RealKerasModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(model())) GTEST_SKIP() << "needs the real weights in " << model();
  }

  static fs::path model() { return testing::shared_models() / "mobilenet_0.25_224_keras.h5"; }

  // `expected` are slim's classes; 0 is its background, which Keras lacks.
  static void expect_probabilities(const Graph& graph) {
    for (const std::string number : {"0", "1"}) {
      const fs::path folder = testing::shared_models() / "reference";
      const auto image = slimc::testing::read_npy<float>(folder / ("input_" + number + ".npy"));
      const auto expected =
          slimc::testing::read_npy<double>(folder / ("probabilities_" + number + ".npy"));
      const auto found = testing::evaluate(graph, image);
      ASSERT_EQ(found.size() + 1, expected.size());
      for (std::size_t c = 0; c < found.size(); ++c) {
        EXPECT_NEAR(found[c], expected[c + 1], 1e-6) << "class " << c;
      }
    }
  }
};

TEST_F(RealKerasModel, GivesSlimsProbabilities) {
  const Result<Graph> graph = testing::Loader(model()).load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->name, "mobilenet_0.25_224_keras");
  expect_probabilities(*graph);
}

// `slimc inspect /dev/stdin <net.h5`: a name that means another file to the reader's process.
TEST_F(RealKerasModel, IsReadThroughADescriptor) {
  const UniqueFd file(::open(model().c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(file.valid());
  const Result<Graph> graph = testing::Loader("/proc/self/fd/" + std::to_string(file.get())).load();
  EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
}

TEST_F(RealKerasModel, IsTheSameInOtherForms) {
  const testing::ScriptedFolder files("make_real_forms.py", {model().string()});
  ASSERT_EQ(files.outcome().failed, "");
  if (!files.outcome().skipped.empty()) GTEST_SKIP() << files.outcome().skipped;

  const Result<Graph> graph = testing::Loader(files / "weights.h5").load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  expect_probabilities(*graph);

  for (const char* name : {"real_2.12.keras", "real_3.8.keras"}) {
    const Result<Graph> archive = testing::Loader(files / name).load();
    ASSERT_TRUE(archive.has_value()) << archive.error().to_string();
    expect_probabilities(*archive);
  }

  const Result<Graph> no_top = testing::Loader(files / "no_top.h5").load();
  ASSERT_TRUE(no_top.has_value()) << no_top.error().to_string();
  testing::Loader whole(model());
  whole.request.output_nodes = {"conv_pw_13_relu"};
  const Result<Graph> cut = whole.load();
  ASSERT_TRUE(cut.has_value()) << cut.error().to_string();
  const auto image =
      slimc::testing::read_npy<float>(testing::shared_models() / "reference/input_0.npy");
  EXPECT_THAT(testing::evaluate(*no_top, image),
              ::testing::Pointwise(::testing::DoubleNear(1e-9), testing::evaluate(*cut, image)));
}

// MLPerf Tiny's visual wake words: biases, a pool of a fixed size, Flatten and a Dense with
// softmax, and an optimizer's state. What it computes is computed with numpy from the file's own
// words.
TEST(RealMlperfModel, IsWhatNumpyComputes) {
  const fs::path model = testing::shared_models() / "public" / "mlperf_vww_96.h5";
  if (!fs::exists(model)) GTEST_SKIP() << "needs the real weights in " << model;
  const testing::ScriptedFolder files("run_chain.py", {model.string(), "96"});
  ASSERT_EQ(files.outcome().failed, "");
  if (!files.outcome().skipped.empty()) GTEST_SKIP() << files.outcome().skipped;
  const Result<Graph> graph = testing::Loader(model).load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  const auto expected = slimc::testing::read_npy<double>(files / "result.npy");
  const auto image = slimc::testing::read_npy<float>(files / "image.npy");
  EXPECT_THAT(testing::evaluate(*graph, image),
              ::testing::Pointwise(::testing::DoubleNear(1e-6), expected));
}

}  // namespace
}  // namespace slimc::frontend
