#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/mobilenet/mobilenet.h"
#include "frontend/mobilenet/random.h"
#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/write_slim_checkpoint.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;
using testing::ModelFolder;

Graph build(const MobileNetOptions& options) {
  auto graph = build_mobilenet(options);
  EXPECT_TRUE(graph.has_value());
  return graph ? std::move(*graph) : Graph();
}

// Without the moving statistics, as published figures count.
std::int64_t parameters(const Graph& graph) {
  std::int64_t count = 0;
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Constant && op.name.find("/moving_") == std::string::npos) {
      count += op.shape.elements();
    }
  }
  return count;
}

std::int64_t multiply_adds(const Graph& graph) {
  std::int64_t count = 0;
  for (const Op& op : graph.ops()) count += multiply_adds(graph, op);
  return count;
}

// Millions, from tables 6 and 7 of the paper (arXiv 1704.04861).
TEST(MobileNet, HasThePublishedNumbers) {
  struct Published {
    double alpha;
    std::int64_t size;
    double million_macs, million_parameters;
  };
  for (const Published& row :
       {Published{1.0, 224, 569, 4.2}, Published{0.75, 224, 325, 2.6},
        Published{0.5, 224, 149, 1.3}, Published{0.25, 224, 41, 0.5}, Published{1.0, 192, 418, 4.2},
        Published{1.0, 160, 290, 4.2}, Published{1.0, 128, 186, 4.2}}) {
    const Graph graph = build({.alpha = row.alpha, .height = row.size, .width = row.size});
    EXPECT_NEAR(static_cast<double>(multiply_adds(graph)) / 1e6, row.million_macs, 1);
    EXPECT_NEAR(static_cast<double>(parameters(graph)) / 1e6, row.million_parameters, 0.05);
  }
}

// Keras counts 4231976 trainable parameters for 1000 classes; one more is 1024 weights, a bias and
// 1024 multiply-adds.
TEST(MobileNet, HasExactlyTheseNumbersAtFullSize) {
  const Graph graph = build({});
  EXPECT_EQ(multiply_adds(graph), 568741376);
  EXPECT_EQ(parameters(graph), 4233001);
}

TEST(MobileNet, IsAValidGraph) {
  const Graph graph = build({.alpha = 0.25, .height = 64, .width = 96, .batch = 2, .classes = 10});
  EXPECT_EQ(verify(graph), std::vector<std::string>{});
  EXPECT_EQ(graph.name, "mobilenet_v1_025_64x96");
  EXPECT_EQ(graph.op(graph.input).shape, (Shape{2, 64, 96, 3}));
  EXPECT_EQ(graph.op(graph.output()).shape, (Shape{2, 10}));
  EXPECT_EQ(graph.op(graph.output()).name, "MobilenetV1/Predictions/Reshape_1");
}

// The head pools whatever is left of the image.
TEST(MobileNet, TakesAnySizeFrom32Up) {
  for (const std::int64_t size : {32, 33, 47, 100, 225, 256, 320}) {
    const Graph graph = build({.alpha = 0.1, .min_depth = 1, .height = size, .width = 40});
    EXPECT_EQ(graph.op(graph.output()).shape, (Shape{1, 1001})) << size;
  }
}

TEST(MobileNet, RoundsChannelsAsSlimDoes) {
  const Graph graph = build({.alpha = 0.3, .height = 32, .width = 32});
  std::vector<std::int64_t> channels;
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Conv2D) channels.push_back(op.shape[3]);
  }
  EXPECT_THAT(channels, ::testing::ElementsAre(9, 19, 38, 38, 76, 76, 153, 153, 153, 153, 153, 153,
                                               307, 307, 1001));
}

TEST(MobileNet, RefusesWrongOptionsAllAtOnce) {
  const auto graph = build_mobilenet({.alpha = 0, .height = 31, .batch = 0});
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(graph.error().to_string(),
            "alpha 0: expected more than 0 and at most 4\n"
            "height 31: expected 32 to 8192\n"
            "batch 0: expected 1 to 1024");
  EXPECT_EQ(graph.error().blame(), Blame::Usage);
  EXPECT_FALSE(build_mobilenet({.alpha = std::nan("")}).has_value());
}

std::uint32_t checksum(const Graph& graph) {
  std::string bytes;
  for (const Op& op : graph.ops()) {
    if (op.kind != OpKind::Constant) continue;
    bytes.append(reinterpret_cast<const char*>(op.constant->data.data()),
                 op.constant->data.size() * sizeof(float));
  }
  return crc32c(bytes);
}

// The standard says what the ten thousandth number of the engine is; the rest is exact arithmetic,
// so these bits hold for every compiler and machine.
TEST(MobileNet, SeedsMeanTheSameBitsEverywhere) {
  Random random(1);
  EXPECT_EQ(random.normal(), -0x1.0b331d78p-1);
  const MobileNetOptions options = {.alpha = 0.25, .height = 32, .width = 32};
  EXPECT_EQ(checksum(build(options)), 2527010938u);
  MobileNetOptions other = options;
  other.seed = 2;
  EXPECT_NE(checksum(build(other)), checksum(build(options)));
}

TEST(Random, IsNormalEnough) {
  Random random(7);
  constexpr int kDraws = 200000;
  double sum = 0, squares = 0, beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    beyond_two += std::abs(x) > 2;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.01);
  EXPECT_NEAR(beyond_two / kDraws, 0.0455, 0.003);
}

// Neither dead nor saturated, layer for layer, and no class that wins always.
TEST(MobileNet, KeepsActivationsInTheRangeOfRelu6) {
  const Graph graph = build({.alpha = 0.25, .height = 96, .width = 96});
  reference::DoubleTensor image{graph.op(graph.input).shape, {}};
  Random noise(3);
  for (int y = 0; y < 96; ++y) {
    for (int x = 0; x < 96; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.data.push_back(0.6 * std::sin(0.07 * x * (c + 1) + 0.04 * y) +
                             noise.uniform(-0.4, 0.4));
      }
    }
  }
  const auto values = reference::evaluate_all(graph, image);
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    if (graph.ops()[i].kind != OpKind::Relu6) continue;
    const auto& data = values[i].data;
    const auto share = [&](auto predicate) {
      return static_cast<double>(std::count_if(data.begin(), data.end(), predicate)) /
             static_cast<double>(data.size());
    };
    EXPECT_GT(share([](double v) { return v > 0.1 && v < 5.9; }), 0.5) << graph.ops()[i].name;
    EXPECT_LT(share([](double v) { return v == 6; }), 0.05) << graph.ops()[i].name;
    EXPECT_GT(share([](double v) { return v == 0; }), 0.05) << graph.ops()[i].name;
  }
  const auto& probabilities = values.back().data;
  const double top = *std::max_element(probabilities.begin(), probabilities.end());
  EXPECT_GT(top, 0.01);
  EXPECT_LT(top, 0.9);
}

void expect_bit_equal(const Graph& a, const Graph& b) {
  EXPECT_EQ(print(a), print(b));
  ASSERT_EQ(a.ops().size(), b.ops().size());
  for (std::size_t i = 0; i < a.ops().size(); ++i) {
    if (a.ops()[i].kind != OpKind::Constant) continue;
    EXPECT_EQ(a.ops()[i].constant->data, b.ops()[i].constant->data) << a.ops()[i].name;
  }
}

class WriteSlimCheckpoint : public ::testing::TestWithParam<MobileNetOptions> {};

// Through the files and back, from each form of the graph.
TEST_P(WriteSlimCheckpoint, RoundTrips) {
  const ModelFolder folder;
  const auto paths = write_slim_checkpoint(GetParam(), folder.path("sub/net"));
  ASSERT_TRUE(paths.has_value()) << paths.error().to_string();
  std::vector<std::string> names;
  for (const auto& path : *paths) names.push_back(folder.without_folder(path.string()));
  EXPECT_THAT(names,
              ::testing::ElementsAre("sub/net.ckpt.index", "sub/net.ckpt.data-00000-of-00001",
                                     "sub/net.ckpt.meta", "sub/net_eval.pbtxt"));
  const Graph built = build(GetParam());
  for (const std::string model : {"sub/net.ckpt", "sub/net_eval.pbtxt", "sub/net"}) {
    const auto loaded = folder.load(model);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
    EXPECT_EQ(loaded->name, "net");
    expect_bit_equal(*loaded, built);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, WriteSlimCheckpoint,
    ::testing::Values(MobileNetOptions{.alpha = 0.25, .height = 128, .width = 128},
                      MobileNetOptions{.alpha = 0.3, .height = 47, .width = 320, .classes = 7},
                      MobileNetOptions{.alpha = 0.1,
                                       .min_depth = 1,
                                       .height = 32,
                                       .width = 32,
                                       .channels = 1,
                                       .batch = 3,
                                       .classes = 2,
                                       .seed = 9}));

TEST(WriteSlimCheckpoint, WritesTheSameBytesAgain) {
  const ModelFolder folder;
  const MobileNetOptions options = {.alpha = 0.25, .height = 32, .width = 32};
  ASSERT_TRUE(write_slim_checkpoint(options, folder.path("a.ckpt")).has_value());
  ASSERT_TRUE(write_slim_checkpoint(options, folder.path("b")).has_value());
  for (const std::string suffix :
       {".ckpt.index", ".ckpt.data-00000-of-00001", ".ckpt.meta", "_eval.pbtxt"}) {
    EXPECT_FALSE(folder.read("a" + suffix).empty());
    EXPECT_EQ(folder.read("a" + suffix), folder.read("b" + suffix)) << suffix;
  }
}

TEST(WriteSlimCheckpoint, LeavesNothingWhereItCannotWrite) {
  const ModelFolder folder;
  folder.write("file", "");
  const auto paths =
      write_slim_checkpoint({.alpha = 0.25, .height = 32, .width = 32}, folder.path("file/net"));
  ASSERT_FALSE(paths.has_value());
  EXPECT_THAT(paths.error().to_string(), HasSubstr("file"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path(".")), {}), 1);
}

}  // namespace
}  // namespace slimc::frontend
