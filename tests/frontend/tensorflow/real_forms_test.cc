// The real weights in every form in which TensorFlow may have stored them, as make_checkpoint.py
// writes them: all must become the network that the original files are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>

#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/tensorflow/checkpoint.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/tensorflow/checkpoint_files.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using testing::ModelFolder;
using Constants = std::map<std::string, const Tensor*>;

class Words final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { said += diagnostic.to_string() + "\n"; }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::string said;
};

class RealForms : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(index_path(testing::real_checkpoint()))) {
      GTEST_SKIP() << "needs the real weights in " << testing::shared_models();
    }
  }

  void make(const std::string& form, const std::string& name) {
    ASSERT_TRUE(testing::make_checkpoint(folder_, form, name));
  }

  // Beside the checkpoint, so that it has the original's graph.
  void copy_graph() {
    std::filesystem::copy(testing::shared_models() / "mobilenet_v1_0.25_224_eval.pbtxt",
                          folder_.path("net_eval.pbtxt"));
  }

  Graph load(const ModelRequest& request) {
    auto graph = load_model(request, reporter_);
    EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
    return graph ? std::move(*graph) : Graph();
  }
  Graph load(const std::string& name) { return load({.model = folder_.path(name)}); }

  static Graph original() {
    SilentReporter reporter;
    return std::move(*load_model({.model = testing::real_checkpoint()}, reporter));
  }

  static Constants constants(const Graph& graph) {
    Constants found;
    for (const Op& op : graph.ops()) {
      if (op.kind == OpKind::Constant) found[op.name] = op.constant.get();
    }
    return found;
  }

  // Bit for bit, or within a relative and absolute error.
  static void expect_same_constants(const Graph& graph, double error = 0) {
    const Graph real = original();
    const Constants expected = constants(real), found = constants(graph);
    ASSERT_EQ(found.size(), 28u + 4 * 27 + 1);
    for (const auto& [name, tensor] : expected) {
      ASSERT_EQ(found.count(name), 1u) << name;
      ASSERT_EQ(found.at(name)->shape, tensor->shape) << name;
      const std::vector<float>& data = found.at(name)->data;
      if (error == 0) {
        EXPECT_EQ(std::memcmp(data.data(), tensor->data.data(), data.size() * sizeof(float)), 0)
            << name;
        continue;
      }
      for (std::size_t i = 0; i < data.size(); ++i) {
        ASSERT_NEAR(data[i], tensor->data[i], error * (std::abs(tensor->data[i]) + 1e-4)) << name;
      }
    }
  }

  // Both photographs' probabilities as the reference has them.
  static void expect_published_probabilities(const Graph& graph) {
    for (const std::string number : {"0", "1"}) {
      const auto folder = testing::shared_models() / "reference";
      const auto image = slimc::testing::read_npy<float>(folder / ("input_" + number + ".npy"));
      const auto expected =
          slimc::testing::read_npy<double>(folder / ("probabilities_" + number + ".npy"));
      const auto found =
          reference::evaluate(graph, {graph.op(graph.input).shape, {image.begin(), image.end()}});
      ASSERT_EQ(found.data.size(), expected.size());
      for (std::size_t c = 0; c < expected.size(); ++c) {
        ASSERT_NEAR(found.data[c], expected[c], 1e-6) << "class " << c;
      }
    }
  }

  const ModelFolder folder_;
  Words reporter_;
};

TEST_F(RealForms, V1) {
  make("v1", "net.ckpt");
  copy_graph();
  const Graph graph = load("net.ckpt");
  EXPECT_EQ(graph.name, "net");
  expect_same_constants(graph);
  EXPECT_EQ(print(graph), print(original()));
}

TEST_F(RealForms, V1InShardsAndSlices) {
  make("v1_sharded", "net.ckpt-1234");
  copy_graph();
  expect_same_constants(load("net.ckpt-1234"));
  expect_same_constants(load("net.ckpt-1234-00000-of-00002"));
}

TEST_F(RealForms, V1AsCheckpointOfAGraph) {
  make("v1", "weights");
  copy_graph();
  expect_same_constants(
      load({.model = folder_.path("net_eval.pbtxt"), .checkpoint = folder_.path("weights")}));
}

TEST_F(RealForms, OtherTypes) {
  copy_graph();
  make("v1_double", "net.ckpt");
  expect_same_constants(load("net.ckpt"));
  std::filesystem::remove(folder_.path("net.ckpt"));
  make("v1_half", "net.ckpt");
  expect_same_constants(load("net.ckpt"), 1.0 / 1024);
  std::filesystem::remove(folder_.path("net.ckpt"));
  make("v2_half", "net.ckpt");
  expect_same_constants(load("net.ckpt"), 1.0 / 1024);
  make("v2_bfloat16", "net.ckpt");
  expect_same_constants(load("net.ckpt"), 1.0 / 128);
}

TEST_F(RealForms, V2InShardsAndSlices) {
  make("v2_partitioned", "net.ckpt");
  copy_graph();
  expect_same_constants(load("net.ckpt"));
}

// TensorFlow 2: the graph's variables have names that are no keys.
TEST_F(RealForms, V2OfObjects) {
  make("v2_objects", "net.ckpt");
  copy_graph();
  expect_same_constants(load("net.ckpt"));
  std::filesystem::remove(folder_.path("net_eval.pbtxt"));
  expect_same_constants(load("net.ckpt"));
}

TEST_F(RealForms, SavedModel) {
  make("saved_model", "mobilenet");
  for (const std::string name : {"mobilenet", "mobilenet/", "mobilenet/saved_model.pb"}) {
    const Graph graph = load(name);
    EXPECT_EQ(graph.name, "mobilenet");
    expect_same_constants(graph);
    EXPECT_EQ(print(graph), print(original()));
  }
}

TEST_F(RealForms, SavedModelAsCheckpoint) {
  make("saved_model", "mobilenet");
  copy_graph();
  expect_same_constants(
      load({.model = folder_.path("net_eval.pbtxt"), .checkpoint = folder_.path("mobilenet")}));
}

TEST_F(RealForms, VariablesAlone) {
  make("v1", "net.ckpt");
  const Graph graph = load("net.ckpt");
  expect_same_constants(graph);
  EXPECT_EQ(print(graph), print(original()));
  EXPECT_EQ(folder_.without_folder(reporter_.said),
            "net.ckpt: has no graph beside it; its variables are slim's MobileNet v1 with 13 "
            "blocks, alpha 0.25, 1001 classes; assumed are an input of 224x224, the usual strides, "
            "SAME padding, a softmax (--resolution sets the input's size)\n");
  expect_published_probabilities(graph);
}

// The variables themselves are noise there; their averages are the network.
TEST_F(RealForms, AveragesAlone) {
  make("training", "model.ckpt-1234");
  folder_.write("checkpoint", "model_checkpoint_path: \"/moved/away/model.ckpt-1234\"\n");
  for (const std::string model : {"model.ckpt-1234", ".", "checkpoint"}) {
    expect_same_constants(load({.model = folder_.path(model), .variables = StoredVariables::Ema}));
  }
  const Graph raw = load({.model = folder_.path("."), .resolution = {{160, 128}}});
  EXPECT_EQ(raw.op(raw.input).shape, (Shape{1, 160, 128, 3}));
  EXPECT_NE(constants(raw).at("MobilenetV1/Conv2d_0/weights")->data,
            constants(original()).at("MobilenetV1/Conv2d_0/weights")->data);
  EXPECT_THAT(reporter_.said, ::testing::HasSubstr("has moving averages of its variables too"));
}

TEST_F(RealForms, NoticeDamageInV1) {
  make("v1", "net.ckpt");
  const std::string whole = folder_.read("net.ckpt");
  for (std::size_t at = 11; at < whole.size(); at += whole.size() / 60) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    folder_.write("net.ckpt", damaged);
    // The last bytes but 8 pad the footer.
    EXPECT_TRUE(!Checkpoint::open(folder_.path("net.ckpt")) || at > whole.size() - 48) << at;
    folder_.write("net.ckpt", whole.substr(0, at));
    EXPECT_FALSE(Checkpoint::open(folder_.path("net.ckpt")).has_value()) << at;
  }
}

}  // namespace
}  // namespace slimc::frontend
