// Models that something else than slimc wrote: the real weights in ../shared as write_model.py
// turns them into TFLite, and Google's own file where ./demo has fetched it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "compiler/passes/passes.h"
#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/tflite/load_tflite.h"
#include "tests/common/read_npy.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/tflite/scripts.h"

namespace slimc::frontend {
namespace {

const std::filesystem::path kSource = SLIMC_SOURCE_DIR;

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Result<Graph> read(std::string_view bytes) {
  SilentReporter reporter;
  ModelRequest request;
  request.model = "net.tflite";
  return read_tflite(bytes, request, reporter);
}

std::map<OpKind, int> count(const Graph& graph) {
  std::map<OpKind, int> counts;
  for (const Op& op : graph.ops()) ++counts[op.kind];
  return counts;
}

class WrittenModel : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = testing::no_writer(); !why.empty()) GTEST_SKIP() << why;
    path_ = folder_ / "mobilenet_v1_0.25_224.tflite";
    ASSERT_TRUE(testing::write_model(path_, GetParam()));
  }

  static std::filesystem::path models() { return kSource / "../shared/models"; }

  const slimc::testing::TemporaryFolder folder_;
  std::filesystem::path path_;
};

// The reference was computed in double precision by a program in another language.
void expect_published_probabilities(const std::filesystem::path& path, bool of_bytes,
                                    double tolerance) {
  const std::filesystem::path reference = kSource / "../shared/models/reference";
  SilentReporter reporter;
  ModelRequest request;
  request.model = path;
  const auto graph = load_model(request, reporter);
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->name, "mobilenet_v1_025_224");
  EXPECT_EQ(graph->form, "TFLite");
  for (const std::string number : {"0", "1"}) {
    const auto image = slimc::testing::read_npy<float>(reference / ("input_" + number + ".npy"));
    const auto expected =
        slimc::testing::read_npy<double>(reference / ("probabilities_" + number + ".npy"));
    std::vector<double> pixels(image.begin(), image.end());
    // Back to a photograph's 0 to 255.
    if (of_bytes) {
      for (double& pixel : pixels) pixel = (pixel + 1) * 127.5;
    }
    const auto found =
        reference::evaluate_outputs(*graph, {graph->op(graph->input).shape, std::move(pixels)})
            .back();
    ASSERT_EQ(found.data.size(), expected.size());
    for (std::size_t c = 0; c < expected.size(); ++c) {
      EXPECT_NEAR(found.data[c], expected[c], tolerance) << "class " << c;
    }
  }
}

TEST_P(WrittenModel, GivesThePublishedProbabilities) {
  expect_published_probabilities(path_, false, 1e-6);
}

// Whatever the spelling, the passes find the same 14 stages and the classifier.
TEST_P(WrittenModel, BecomesTheSameNetwork) {
  const auto graph = read(read_bytes(path_));
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  const auto optimised = run_pipeline(*graph);
  ASSERT_TRUE(optimised.has_value()) << optimised.error().to_string();
  const auto counts = count(*optimised);
  EXPECT_EQ(counts.at(OpKind::DepthwiseConv2D), 13) << print(*optimised);
  EXPECT_EQ(counts.at(OpKind::Conv2D), 15) << print(*optimised);
  for (const OpKind kind : {OpKind::Pad, OpKind::Mul, OpKind::Add, OpKind::Minimum, OpKind::Relu,
                            OpKind::Relu6, OpKind::MatMul}) {
    EXPECT_EQ(counts.count(kind), 0u) << name_of(kind);
  }
}

TEST_P(WrittenModel, NoticesEveryTruncation) {
  const std::string bytes = read_bytes(path_);
  for (std::size_t size = 0; size < bytes.size(); size += 4096) {
    EXPECT_FALSE(read(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
}

// All but the weights lies in the file's first part here (write_model.py writes breadth first).
TEST_P(WrittenModel, SurvivesFlippedBits) {
  const std::string bytes = read_bytes(path_);
  std::mt19937 random(1);
  for (int run = 0; run < 300; ++run) {
    std::string damaged = bytes;
    const std::size_t at = random() % (run % 2 == 0 ? 20'000 : bytes.size());
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    const auto graph = read(damaged);
    if (graph) EXPECT_THAT(verify(*graph), ::testing::IsEmpty()) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Styles, WrittenModel, ::testing::Values("classic", "spelt_out"),
                         [](const auto& info) { return std::string(info.param); });

class WrittenStyle : public WrittenModel {};

TEST_P(WrittenStyle, GivesThePublishedProbabilities) {
  const std::string style = GetParam();
  // Weights rounded to 11 bits, and to 8.
  const double tolerance = style == "float16" ? 2e-3 : style == "dynamic_range" ? 0.1 : 1e-6;
  expect_published_probabilities(path_, style == "tf2", tolerance);
}

INSTANTIATE_TEST_SUITE_P(Styles, WrittenStyle, ::testing::Values("tf2", "float16", "dynamic_range"),
                         [](const auto& info) { return std::string(info.param); });

// The file that ./demo keeps.
class PublishedModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(path())) {
      GTEST_SKIP() << "needs " << path() << ", which ./demo fetches";
    }
    bytes_ = read_bytes(path());
  }

  static std::filesystem::path path() { return kSource / "build/demo/mobilenet_v1_1.0_224.tflite"; }

  std::string bytes_;
};

// evaluate_model.py reads and computes it by itself.
TEST_F(PublishedModel, GivesWhatNumPyGives) {
  if (!testing::python_has("numpy")) GTEST_SKIP() << "needs python3-numpy";
  const auto graph = read(bytes_);
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  std::mt19937 random(1);
  std::vector<float> image(static_cast<std::size_t>(graph->op(graph->input).shape.elements()));
  for (float& pixel : image) pixel = static_cast<float>(random() % 256) / 127.5f - 1.0f;

  const slimc::testing::TemporaryFolder folder;
  const std::string in = folder / "in", out = folder / "out";
  std::ofstream(in, std::ios::binary)
      .write(reinterpret_cast<const char*>(image.data()),
             static_cast<std::streamsize>(image.size() * sizeof(float)));
  ASSERT_TRUE(testing::run_script("evaluate_model.py", {path().string(), in, out}));
  const std::string bytes = read_bytes(out);
  std::vector<double> expected(bytes.size() / sizeof(double));
  std::memcpy(expected.data(), bytes.data(), expected.size() * sizeof(double));

  const auto found =
      reference::evaluate(*graph, {graph->op(graph->input).shape, {image.begin(), image.end()}});
  EXPECT_THAT(found.data, ::testing::Pointwise(::testing::DoubleNear(1e-9), expected));
}

TEST_F(PublishedModel, HasTheFamilysOps) {
  const auto graph = read(bytes_);
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->op(graph->input).shape, (Shape{1, 224, 224, 3}));
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{1, 1001}));
  EXPECT_EQ(graph->op(graph->output()).name, "MobilenetV1/Predictions/Reshape_1");
  const auto counts = count(*graph);
  EXPECT_EQ(counts.at(OpKind::Conv2D), 15);
  EXPECT_EQ(counts.at(OpKind::DepthwiseConv2D), 13);
  EXPECT_EQ(counts.at(OpKind::Relu6), 27);
  EXPECT_EQ(counts.at(OpKind::AvgPool), 1);
  EXPECT_EQ(counts.at(OpKind::Softmax), 1);
  // Keras counts 4,231,976 trainable parameters for 1000 classes
  // (tf.keras.applications.MobileNet().summary()). One class more are 1024 weights and a bias;
  // folding takes one of batch norm's two for each of its 10,944 channels.
  // https://github.com/tensorflow/models/blob/master/research/slim/nets/mobilenet_v1.md gives 569
  // million multiply-adds.
  std::int64_t parameters = 0, work = 0;
  for (const Op& op : graph->ops()) {
    if (op.kind == OpKind::Constant) parameters += op.shape.elements();
    work += multiply_adds(*graph, op);
  }
  EXPECT_EQ(parameters, 4'231'976 + 1025 - 10'944);
  EXPECT_NEAR(static_cast<double>(work) / 1e6, 569, 0.5);
}

TEST_F(PublishedModel, NoticesEveryTruncation) {
  for (std::size_t size = 0; size < bytes_.size(); size += 4096) {
    EXPECT_FALSE(read(std::string_view(bytes_).substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace slimc::frontend
