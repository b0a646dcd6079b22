// Slim's evaluation graph of the real network, which an exporter that is not slimc's wrote, turned
// into what slim's train_image_classifier.py makes of the same network, node by node. What slimc
// reads from either must be the same network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "frontend/tensorflow/graph_file.h"
#include "frontend/tensorflow/node_graph.h"
#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::GraphDef;
using tensorflow::NodeDef;
using testing::GraphBuilder;
using testing::NodeBuilder;

class TrainingGraph : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(file("_eval.pbtxt"))) {
      GTEST_SKIP() << "needs the real weights in " << testing::shared_models();
    }
    evaluation_ = *read_graph(file("_eval.pbtxt"));
  }

  static std::filesystem::path file(const std::string& suffix) {
    return testing::shared_models() / ("mobilenet_v1_0.25_224" + suffix);
  }

  // Adds the training to the evaluation graph.
  void train() {
    for (NodeDef node : evaluation_.node()) {
      if (node.op() == "Placeholder") continue;
      if (node.name().starts_with("save/")) {
        *builder_.def.add_node() = std::move(node);
        continue;
      }
      for (std::string& input : *node.mutable_input()) input = renamed(input);
      if (node.op() == "FusedBatchNorm") {
        add_batch_norm(std::move(node));
      } else if (node.name() == "MobilenetV1/Logits/Dropout_1b/Identity") {
        add_dropout(node.input(0));
      } else {
        node.set_name(renamed(node.name()));
        *builder_.def.add_node() = std::move(node);
      }
    }
    add_input_pipeline();
    add_optimiser();
  }

  // What is computed has the clone's scope in front; variables are shared between clones.
  std::string renamed(const std::string& name) const {
    if (name == "input") return "fifo_queue_Dequeue";
    if (name == "MobilenetV1/Logits/Dropout_1b/Identity") {
      return clone_ + "MobilenetV1/Logits/Dropout_1b/dropout/mul";
    }
    const bool is_computed =
        name.starts_with("MobilenetV1/MobilenetV1/") ||
        name.starts_with("MobilenetV1/Predictions/") ||
        (name.starts_with("MobilenetV1/Logits/") && name.find("/weights") == std::string::npos &&
         name.find("/biases") == std::string::npos);
    return is_computed ? clone_ + name : name;
  }

  void add_input_pipeline() {
    NodeBuilder queue = builder_.node("prefetch_queue/fifo_queue", "FIFOQueueV2", {});
    auto& shapes = *queue.attr("shapes").mutable_list();
    auto& images = *shapes.add_shape();
    for (const std::int64_t size : {32, 224, 224, 3}) images.add_dim()->set_size(size);
    auto& labels = *shapes.add_shape();
    for (const std::int64_t size : {32, 1001}) labels.add_dim()->set_size(size);
    NodeBuilder dequeue =
        builder_.node("fifo_queue_Dequeue", "QueueDequeueV2", {"prefetch_queue/fifo_queue"});
    auto& types = *dequeue.attr("component_types").mutable_list();
    types.add_type(DataType::DT_FLOAT);
    types.add_type(DataType::DT_FLOAT);
  }

  // Normalises by the batch; the moving averages are updated on the side.
  void add_batch_norm(NodeDef node) {
    const std::string scope = renamed(node.name()).substr(0, renamed(node.name()).rfind('/') + 1);
    const std::string mean = node.input(3), variance = node.input(4);
    node.set_name(renamed(node.name()));
    node.set_input(3, scope + "Const");
    node.set_input(4, scope + "Const_1");
    (*node.mutable_attr())["is_training"].set_b(true);
    builder_.floats(scope + "Const", {0}, {});
    builder_.floats(scope + "Const_1", {0}, {});
    builder_.floats(scope + "Const_2", {}, {0.9997f});
    add_update(scope + "AssignMovingAvg", mean, node.name() + ":1");
    add_update(scope + "AssignMovingAvg_1", variance, node.name() + ":2");
    *builder_.def.add_node() = std::move(node);
  }

  void add_update(const std::string& name, const std::string& read, const std::string& value) {
    builder_.floats(name + "/decay", {}, {1 - 0.9997f});
    builder_.node(name + "/sub", "Sub", {read, value}).type("T", DataType::DT_FLOAT);
    builder_.node(name + "/mul", "Mul", {name + "/sub", name + "/decay"});
    builder_.node(name, "AssignSub", {read.substr(0, read.rfind('/')), name + "/mul"});
  }

  void add_dropout(const std::string& x) {
    const std::string scope = clone_ + "MobilenetV1/Logits/Dropout_1b/dropout/";
    builder_.floats(scope + "keep_prob", {}, {0.999f});
    builder_.integers(scope + "Shape", {4}, {32, 1, 1, 256});
    builder_.floats(scope + "random_uniform/min", {}, {0});
    builder_.floats(scope + "random_uniform/max", {}, {1});
    builder_.node(scope + "random_uniform/RandomUniform", "RandomUniform", {scope + "Shape"});
    builder_.node(scope + "random_uniform/sub", "Sub",
                  {scope + "random_uniform/max", scope + "random_uniform/min"});
    builder_.node(scope + "random_uniform/mul", "Mul",
                  {scope + "random_uniform/RandomUniform", scope + "random_uniform/sub"});
    builder_.node(scope + "random_uniform", "Add",
                  {scope + "random_uniform/mul", scope + "random_uniform/min"});
    builder_.node(scope + "add", "Add", {scope + "keep_prob", scope + "random_uniform"});
    builder_.node(scope + "Floor", "Floor", {scope + "add"});
    builder_.node(scope + "div", "RealDiv", {x, scope + "keep_prob"});
    builder_.node(scope + "mul", "Mul", {scope + "div", scope + "Floor"});
  }

  // A loss, gradients, RMSProp, and averages of all variables.
  void add_optimiser() {
    builder_.node(clone_ + "softmax_cross_entropy_loss/xentropy", "SoftmaxCrossEntropyWithLogits",
                  {clone_ + "MobilenetV1/Logits/SpatialSqueeze", "fifo_queue_Dequeue:1"});
    builder_.node("total_loss", "Mean", {clone_ + "softmax_cross_entropy_loss/xentropy"});
    builder_.node("losses/summary", "ScalarSummary", {"total_loss", "total_loss"});
    std::vector<std::string> variables;
    for (const NodeDef& node : evaluation_.node()) {
      if (node.op() == "VariableV2") variables.push_back(node.name());
    }
    for (const std::string& name : variables) {
      const std::string average = name + "/ExponentialMovingAverage";
      builder_.variable(average, {});
      builder_.node(average + "/read", "Identity", {average});
      add_update("ExponentialMovingAverage/AssignMovingAvg_" + name, average + "/read",
                 name + "/read");
      builder_.variable(name + "/RMSProp", {});
      builder_.node("gradients/" + name, "Mul", {"total_loss", name + "/read"});
      builder_.node("RMSProp/update_" + name, "ApplyRMSProp",
                    {name, name + "/RMSProp", "gradients/" + name});
    }
  }

  Result<Graph> load(const GraphDef& def, const ModelRequest& wish = {}) {
    folder_.write_text("net.pbtxt", def);
    ModelRequest request = wish;
    request.model = folder_.path("net.pbtxt");
    request.checkpoint = file(".ckpt");
    SilentReporter reporter;
    return load_model(request, reporter);
  }

  void expect_same_network() {
    const auto expected = load(evaluation_);
    const auto found = load(builder_.def);
    ASSERT_TRUE(expected.has_value()) << testing::errors_of(expected);
    ASSERT_TRUE(found.has_value()) << testing::errors_of(found);
    EXPECT_EQ(found->op(found->input).shape, (Shape{1, 224, 224, 3}));
    EXPECT_EQ(found->op(found->input).name, "fifo_queue_Dequeue");
    // A small corner of the image keeps the test short; nothing of the network is left out.
    reference::DoubleTensor image{expected->op(expected->input).shape, {}};
    image.data.resize(static_cast<std::size_t>(image.shape.elements()));
    for (std::size_t i = 0; i < 3000; ++i) image.data[i] = static_cast<double>(i % 255) / 127.5 - 1;
    const auto a = reference::evaluate(*expected, image);
    const auto b = reference::evaluate(*found, image);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.data, b.data);
  }

  std::string clone_;  // "clone_0/"
  GraphDef evaluation_;
  GraphBuilder builder_;
  testing::ModelFolder folder_;
};

TEST_F(TrainingGraph, IsTheNetworkOfItsEvaluation) {
  train();
  expect_same_network();
}

TEST_F(TrainingGraph, MayBeBuiltInAClonesScope) {
  clone_ = "clone_0/";
  train();
  expect_same_network();
}

// Without the updates, the statistics are found beside gamma and beta.
TEST_F(TrainingGraph, NeedsNoUpdates) {
  train();
  auto& nodes = *builder_.def.mutable_node();
  nodes.erase(std::remove_if(nodes.begin(), nodes.end(),
                             [](const NodeDef& node) { return node.op() == "AssignSub"; }),
              nodes.end());
  expect_same_network();
}

TEST_F(TrainingGraph, SaysWhichStatisticsAreMissing) {
  constexpr char kMean[] = "MobilenetV1/Conv2d_0/BatchNorm/moving_mean";
  train();
  for (NodeDef& node : *builder_.def.mutable_node()) {
    if (node.op() == "AssignSub") node.set_op("NoOp");
    if (node.name() == kMean) node.set_name("elsewhere");
    for (std::string& input : *node.mutable_input()) {
      if (input == kMean) input = "elsewhere";
    }
  }
  EXPECT_THAT(
      testing::errors_of(load(builder_.def)),
      ::testing::EndsWith(
          "node 'MobilenetV1/MobilenetV1/Conv2d_0/BatchNorm/FusedBatchNorm': is_training is "
          "true, and its moving averages were not found: no op updates a variable from its "
          "outputs 1 and 2, and there is no variable "
          "'MobilenetV1/Conv2d_0/BatchNorm/moving_mean' or "
          "'MobilenetV1/Conv2d_0/BatchNorm/moving_variance'; export the graph for "
          "evaluation (is_training=False)"));
}

TEST_F(TrainingGraph, HasNoAveragesInThisCheckpoint) {
  EXPECT_THAT(testing::errors_of(load(evaluation_, {.variables = StoredVariables::Ema})),
              ::testing::EndsWith("has no moving averages: --variables ema looked for the 137 "
                                  "variables' under names like "
                                  "'MobilenetV1/Conv2d_0/weights/ExponentialMovingAverage'"));
}

}  // namespace
}  // namespace slimc::frontend
