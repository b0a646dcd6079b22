// Frozen graphs that people published, read by slimc and by OpenCV, which has an importer of its
// own for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/dnn.hpp>

#include "compiler/passes/passes.h"
#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/tensorflow/graph_file.h"
#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using tensorflow::GraphDef;
using tensorflow::NodeDef;

class Words final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { said += diagnostic.to_string() + "\n"; }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::string said;
};

class PublicGraphs : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(file("retrained_0.25_128"))) {
      GTEST_SKIP() << "needs the public models in " << testing::shared_models();
    }
  }

  static std::filesystem::path file(const std::string& name) {
    return testing::shared_models() / "public" / ("poets_" + name + ".pb");
  }

  Graph load_file(const std::filesystem::path& model, ModelRequest request = {}) {
    request.model = model;
    auto graph = load_model(request, reporter_);
    EXPECT_TRUE(graph.has_value()) << testing::errors_of(graph);
    return graph ? std::move(*graph) : Graph();
  }
  Graph load(const std::string& name, const ModelRequest& request = {}) {
    return load_file(file(name), request);
  }

  // Numbers that look random and are the same on every machine, -1 to 1, NHWC.
  static std::vector<float> image_for(const Graph& graph) {
    std::uint32_t state = 1;
    std::vector<float> image(static_cast<std::size_t>(graph.op(graph.input).shape.elements()));
    for (float& number : image) {
      state = state * 1664525u + 1013904223u;
      number = static_cast<float>(state >> 8) * 0x1p-23f - 1;
    }
    return image;
  }

  static std::vector<double> evaluate(const Graph& graph, const std::vector<float>& image) {
    return reference::evaluate(graph, {graph.op(graph.input).shape, {image.begin(), image.end()}})
        .data;
  }

  static std::vector<float> by_opencv(const GraphDef& def, const std::vector<float>& image,
                                      int size, const std::string& output) {
    const std::string bytes = def.SerializeAsString();
    cv::dnn::Net net = cv::dnn::readNetFromTensorflow(bytes.data(), bytes.size());
    const int dims[] = {1, 3, size, size};
    cv::Mat planes(4, dims, CV_32F);
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        for (int c = 0; c < 3; ++c) {
          const int at[] = {0, c, y, x};
          planes.at<float>(at) = image[static_cast<std::size_t>((y * size + x) * 3 + c)];
        }
      }
    }
    net.setInput(planes);
    const cv::Mat result = net.forward(output).reshape(1, 1);
    return {result.begin<float>(), result.end<float>()};
  }

  // OpenCV takes a placeholder with a default for an input; its default is what it means.
  static GraphDef graph_for_opencv(const std::string& name) {
    GraphDef def = *read_graph(file(name));
    for (NodeDef& node : *def.mutable_node()) {
      if (node.op() != "PlaceholderWithDefault") continue;
      node.set_op("Identity");
      node.clear_attr();
      (*node.mutable_attr())["T"].set_type(tensorflow::DT_FLOAT);
    }
    return def;
  }

  void expect_as_opencv(const Graph& graph, const GraphDef& def, const std::string& output) {
    const std::vector<float> image = image_for(graph);
    const std::vector<double> found = evaluate(graph, image);
    const std::vector<float> expected = by_opencv(def, image, 128, output);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t c = 0; c < found.size(); ++c) {
      EXPECT_NEAR(found[c], expected[c], 1e-5) << "class " << c;
    }
    const auto compact = run_pipeline(graph);
    ASSERT_TRUE(compact.has_value());
    const std::vector<double> folded = evaluate(*compact, image);
    for (std::size_t c = 0; c < found.size(); ++c) EXPECT_NEAR(folded[c], found[c], 1e-5);
  }

  Words reporter_;
};

TEST_F(PublicGraphs, Frozen) {
  const std::string name = "mobilenet_v1_0.25_128_frozen";
  const Graph graph = load(name);
  EXPECT_EQ(graph.op(graph.output()).shape, (Shape{1, 1001}));
  expect_as_opencv(graph, *read_graph(file(name)), "MobilenetV1/Predictions/Softmax");
  EXPECT_EQ(reporter_.said, "");
}

// The classifier of 1001 classes is not the result: another one of 6 reads it.
TEST_F(PublicGraphs, Retrained) {
  const Graph graph = load("retrained_0.25_128");
  EXPECT_EQ(graph.op(graph.output()).name, "final_result");
  EXPECT_EQ(graph.op(graph.output()).shape, (Shape{1, 6}));
  expect_as_opencv(graph, graph_for_opencv("retrained_0.25_128"), "final_result");
  EXPECT_EQ(reporter_.said, "");

  const Graph both = load("retrained_0.25_128",
                          {.output_nodes = {"final_result", "MobilenetV1/Predictions/Reshape"}});
  ASSERT_EQ(both.outputs.size(), 2u);
  EXPECT_EQ(both.outputs[1].name, "MobilenetV1/Predictions/Reshape");
  EXPECT_EQ(both.op(both.outputs[1].value).shape, (Shape{1, 1001}));
}

// Its placeholder says nothing of its shape any more.
TEST_F(PublicGraphs, Optimized) {
  const Graph graph = load("optimized_0.25_128", {.resolution = {{128, 128}}});
  EXPECT_EQ(graph.op(graph.input).shape, (Shape{1, 128, 128, 3}));
  expect_as_opencv(graph, graph_for_opencv("optimized_0.25_128"), "final_result");
}

// The head alone takes what the pool gives.
TEST_F(PublicGraphs, FromANodeInTheMiddle) {
  const Graph whole = load("retrained_0.25_128");
  const std::string middle = "MobilenetV1/MobilenetV1/Conv2d_5_pointwise/Relu6";
  const Graph front = load("retrained_0.25_128", {.output_nodes = {middle}});
  const Graph back = load("retrained_0.25_128", {.input_node = middle + ":0"});
  EXPECT_EQ(back.op(back.input).shape, front.op(front.output()).shape);
  const std::vector<float> image = image_for(whole);
  const std::vector<double> features = evaluate(front, image);
  const std::vector<double> expected = evaluate(whole, image);
  const std::vector<double> found =
      evaluate(back, std::vector<float>(features.begin(), features.end()));
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t c = 0; c < found.size(); ++c) EXPECT_NEAR(found[c], expected[c], 1e-6);
}

// Two weights in 8 bits.
TEST_F(PublicGraphs, Quantized) {
  const std::string name = "mobilenet_v1_0.25_128_quantized";
  const Graph graph = load(name);
  expect_as_opencv(graph, *read_graph(file(name)), "MobilenetV1/Predictions/Softmax");
}

// Which of the two formats a file is in is seen from its bytes.
TEST_F(PublicGraphs, UnderTheOthersName) {
  const testing::ModelFolder folder;
  folder.write_text("text.pb", *read_graph(file("retrained_0.25_128")));
  std::filesystem::create_symlink(std::filesystem::absolute(file("retrained_0.25_128")),
                                  folder.path("binary.pbtxt"));
  const std::string expected = print(load("retrained_0.25_128"));
  EXPECT_EQ(print(load_file(folder.path("text.pb"))), expected);
  EXPECT_EQ(print(load_file(folder.path("binary.pbtxt"))), expected);
}

}  // namespace
}  // namespace slimc::frontend
