// The real weights in ../shared, written by an exporter that is not slimc's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/mobilenet/mobilenet.h"
#include "frontend/tensorflow/checkpoint.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

constexpr const char* kStem = "mobilenet_v1_0.25_224";

class RealModel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(file(".ckpt.index"))) {
      GTEST_SKIP() << "needs the real weights in " << testing::shared_models();
    }
  }

  static std::filesystem::path file(const std::string& suffix) {
    return testing::shared_models() / (kStem + suffix);
  }

  static Graph load(const std::filesystem::path& model, const std::filesystem::path& checkpoint) {
    SilentReporter reporter;
    ModelRequest request;
    request.model = model;
    request.checkpoint = checkpoint;
    auto graph = load_model(request, reporter);
    EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
    return graph ? std::move(*graph) : Graph();
  }
};

TEST_F(RealModel, IsTheSameInEveryForm) {
  const Graph meta = load(file(".ckpt.meta"), "");
  const Graph frozen = load(file("_frozen.pb"), "");
  const Graph text = load(file("_eval.pbtxt"), file(".ckpt"));
  for (const Graph* other : {&frozen, &text}) {
    EXPECT_EQ(other->name, "mobilenet_v1_025_224");
    EXPECT_EQ(print(*other), print(meta));
    ASSERT_EQ(other->ops().size(), meta.ops().size());
    for (std::size_t i = 0; i < meta.ops().size(); ++i) {
      const Op& op = meta.ops()[i];
      if (op.kind != OpKind::Constant) continue;
      const std::vector<float>& data = other->ops()[i].constant->data;
      ASSERT_EQ(data.size(), op.constant->data.size());
      EXPECT_EQ(std::memcmp(data.data(), op.constant->data.data(), data.size() * sizeof(float)), 0)
          << op.name;
    }
  }
}

// A prefix alone: the graph comes from _eval.pbtxt.
TEST_F(RealModel, IsFoundBesideItsCheckpoint) {
  const testing::ModelFolder folder;
  for (const std::string suffix : {".ckpt.index", ".ckpt.data-00000-of-00001", "_eval.pbtxt"}) {
    std::filesystem::create_symlink(std::filesystem::absolute(file(suffix)),
                                    folder.path("net" + suffix));
  }
  const Graph graph = load(folder.path("net.ckpt"), "");
  EXPECT_EQ(std::filesystem::path(graph.file).filename(), "net_eval.pbtxt");
  EXPECT_EQ(print(graph), print(load(file(".ckpt"), "")));
}

TEST_F(RealModel, HasSlimsOps) {
  const Graph graph = load(file(".ckpt"), "");
  std::map<OpKind, int> counts;
  std::int64_t parameters = 0;
  for (const Op& op : graph.ops()) {
    ++counts[op.kind];
    if (op.kind == OpKind::Constant && op.name.find("/moving_") == std::string::npos) {
      parameters += op.shape.elements();
    }
  }
  EXPECT_EQ(counts[OpKind::Conv2D], 15);
  EXPECT_EQ(counts[OpKind::DepthwiseConv2D], 13);
  EXPECT_EQ(counts[OpKind::BatchNorm], 27);
  EXPECT_EQ(counts[OpKind::Relu6], 27);
  EXPECT_EQ(counts[OpKind::Constant], 28 + 4 * 27 + 1);
  EXPECT_EQ(counts[OpKind::AvgPool], 1);
  EXPECT_EQ(counts[OpKind::Softmax], 1);
  EXPECT_NEAR(static_cast<double>(parameters) / 1e6, 0.47, 0.005);
}

// slim's own names and shapes are those that slimc's builder gives.
TEST_F(RealModel, IsWhatTheBuilderBuilds) {
  const Graph real = load(file(".ckpt"), "");
  const auto built = build_mobilenet({.alpha = 0.25});
  ASSERT_TRUE(built.has_value());
  EXPECT_EQ(print(*built), print(real));
}

// Computed in double precision by a program in another language.
TEST_F(RealModel, GivesThePublishedProbabilities) {
  const Graph graph = load(file("_frozen.pb"), "");
  for (const std::string number : {"0", "1"}) {
    const auto folder = testing::shared_models() / "reference";
    const auto image = slimc::testing::read_npy<float>(folder / ("input_" + number + ".npy"));
    const auto expected =
        slimc::testing::read_npy<double>(folder / ("probabilities_" + number + ".npy"));
    const auto found =
        reference::evaluate(graph, {graph.op(graph.input).shape, {image.begin(), image.end()}});
    ASSERT_EQ(found.data.size(), expected.size());
    for (std::size_t c = 0; c < expected.size(); ++c) {
      EXPECT_NEAR(found.data[c], expected[c], 1e-6) << "class " << c;
    }
  }
}

// The files as TensorFlow lays them out, not as slimc's writer does.
TEST_F(RealModel, NoticesDamageInTheRealIndex) {
  const testing::ModelFolder folder;
  std::filesystem::create_symlink(std::filesystem::absolute(file(".ckpt.data-00000-of-00001")),
                                  folder.path("net.data-00000-of-00001"));
  std::ifstream stream(file(".ckpt.index"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  const auto tensors =
      Checkpoint::open(testing::shared_models() / (kStem + std::string(".ckpt")))->tensors();
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    folder.write("net.index", damaged);
    const auto checkpoint = Checkpoint::open(folder.path("net"));
    EXPECT_TRUE(!checkpoint || checkpoint->tensors() == tensors) << at;
    folder.write("net.index", whole.substr(0, at));
    EXPECT_FALSE(Checkpoint::open(folder.path("net")).has_value()) << at;
  }
}

}  // namespace
}  // namespace slimc::frontend
