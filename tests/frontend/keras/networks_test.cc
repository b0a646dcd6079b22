// Seeded networks in the layout of every version of Keras, written with h5py; what they compute was
// computed with numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/common/read_npy.h"
#include "tests/frontend/keras/keras_files.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::pair<std::int64_t, std::int64_t> kSize{32, 32};

class KerasNetworks : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<testing::ScriptedFolder>("make_networks.py");
  }
  static void TearDownTestSuite() { files_.reset(); }

  void SetUp() override {
    ASSERT_EQ(files_->outcome().failed, "");
    if (!files_->outcome().skipped.empty()) GTEST_SKIP() << files_->outcome().skipped;
  }

  static testing::Loader weights(const std::string& name,
                                 std::pair<std::int64_t, std::int64_t> size) {
    testing::Loader loader(*files_ / name);
    loader.request.resolution = size;
    return loader;
  }

  static void expect_results(testing::Loader loader, const std::string& expected,
                             const std::string& image = "image", double tolerance = 1e-6) {
    const Result<Graph> graph = loader.load();
    ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
    const auto wanted = slimc::testing::read_npy<double>(*files_ / (expected + ".npy"));
    const auto found =
        testing::evaluate(*graph, slimc::testing::read_npy<float>(*files_ / (image + ".npy")));
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_NEAR(found[i], wanted[i], tolerance) << loader.request.model << " " << i;
    }
  }

  static std::unique_ptr<testing::ScriptedFolder> files_;
};
std::unique_ptr<testing::ScriptedFolder> KerasNetworks::files_;

TEST_F(KerasNetworks, OfEveryVersionAsWholeModels) {
  for (const std::string era : {"2.0.6", "r1.9", "1.0.8", "2.8"}) {
    expect_results(testing::Loader(*files_ / (era + "_model.h5")), era);
  }
}

TEST_F(KerasNetworks, OfEveryVersionAsWeightsAlone) {
  for (const std::string era : {"2.0.6", "r1.9", "1.0.8", "2.8"}) {
    expect_results(weights(era + "_weights.h5", kSize), era);
  }
}

// Where the versions' ways to pad differ from each other.
TEST_F(KerasNetworks, OfOddSizesAsWeightsAlone) {
  for (const std::string era : {"2.0.6", "r1.9", "1.0.8"}) {
    expect_results(weights(era + "_weights.h5", {37, 45}), "odd_" + era, "odd");
  }
  EXPECT_EQ(weights("2.8_weights.h5", {37, 45}).errors(),
            "2.8_weights.h5: holds weights alone, with SAME padding at conv1 and padding layers "
            "behind it, which slimc reads for even sizes; --resolution is 37x45");
}

TEST_F(KerasNetworks, WithoutTop) {
  for (const std::string pooling : {"avg", "max", "none"}) {
    expect_results(weights("no_top_" + pooling + ".h5", kSize), "no_top_" + pooling);
    expect_results(testing::Loader(*files_ / ("no_top_" + pooling + "_model.h5")),
                   "no_top_" + pooling);
  }
}

TEST_F(KerasNetworks, StoredInEveryWay) {
  for (const std::string way : {"gzip", "big_endian", "fixed_strings", "keras3", "split_names"}) {
    expect_results(testing::Loader(*files_ / (way + ".h5")), "1.0.8");
  }
  for (const std::string way : {"new_format", "variable_strings"}) {
    expect_results(weights(way + ".h5", kSize), "1.0.8");
  }
  // Eleven bits of mantissa.
  expect_results(testing::Loader(*files_ / "half.h5"), "1.0.8", "image", 0.05);
}

TEST_F(KerasNetworks, AsALayerOfAnother) {
  expect_results(testing::Loader(*files_ / "sequential.h5"), "fine_tuned");
  expect_results(testing::Loader(*files_ / "functional.h5"), "fine_tuned");
}

TEST_F(KerasNetworks, AreNamedAfterTheirFile) {
  const Result<Graph> graph = testing::Loader(*files_ / "2.8_model.h5").load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->name, "2.8_model");
  EXPECT_EQ(graph->op(graph->input).name, "input_1");
  EXPECT_EQ(graph->op(graph->output()).name, "predictions");
}

TEST_F(KerasNetworks, EndAtTheNamedLayer) {
  testing::Loader loader(*files_ / "sequential.h5");
  loader.request.output_nodes = {"mobilenet_0.25_32/conv_pw_13_relu"};
  const Result<Graph> graph = loader.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->op(graph->output()).name, "mobilenet_0.25_32/conv_pw_13_relu");
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{1, 1, 1, 256}));
}

TEST_F(KerasNetworks, TakeTheBatchThatIsAskedFor) {
  for (const std::string file : {"2.0.6_model.h5", "2.0.6_weights.h5"}) {
    testing::Loader loader(*files_ / file);
    loader.request.batch = 3;
    loader.request.resolution = kSize;
    const Result<Graph> graph = loader.load();
    ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
    EXPECT_EQ(graph->op(graph->input).shape, (Shape{3, 32, 32, 3}));
    EXPECT_EQ(graph->op(graph->output()).shape, (Shape{3, 10}));
  }
}

TEST_F(KerasNetworks, SayWhatWasAssumedOfWeightsAlone) {
  testing::Loader silent(*files_ / "r1.9_weights.h5");
  const Result<Graph> graph = silent.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->op(graph->input).shape, (Shape{1, 224, 224, 3}));
  EXPECT_THAT(silent.warnings,
              ElementsAre("r1.9_weights.h5: holds weights alone; taken for MobileNet of "
                          "keras.applications: alpha 0.25, input [1,224,224,3], 10 classes, "
                          "softmax, one pixel of padding on every side; --resolution says another "
                          "size"));
  testing::Loader told = weights("no_top_none.h5", kSize);
  ASSERT_TRUE(told.load().has_value());
  EXPECT_THAT(told.warnings, IsEmpty());
  EXPECT_THAT(told.details,
              ElementsAre((*files_ / "no_top_none.h5").string() +
                          ": holds weights alone; taken for MobileNet of keras.applications: alpha "
                          "0.25, input [1,32,32,3], no top, no pooling, one pixel of padding on "
                          "every side"));
}

}  // namespace
}  // namespace slimc::frontend
