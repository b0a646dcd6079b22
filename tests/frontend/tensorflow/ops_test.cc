// Every op that is read, converted in a graph of its own: what it computes (by the naive
// evaluator, against numbers worked out by hand), and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::errors_of;
using testing::GraphBuilder;
using ::testing::HasSubstr;
using testing::import;
using testing::NodeBuilder;
using ::testing::Pointwise;

// The output for the input 1, 2, 3, ...
std::vector<double> evaluate(const GraphBuilder& builder) {
  const auto graph = import(builder.def);
  EXPECT_TRUE(graph.has_value()) << errors_of(graph);
  if (!graph) return {};
  reference::DoubleTensor input{graph->op(graph->input).shape, {}};
  for (std::int64_t i = 1; i <= input.shape.elements(); ++i) {
    input.data.push_back(static_cast<double>(i));
  }
  return reference::evaluate(*graph, input).data;
}

Shape output_shape(const GraphBuilder& builder) {
  const auto graph = import(builder.def);
  EXPECT_TRUE(graph.has_value()) << errors_of(graph);
  return graph ? graph->op(graph->output()).shape : Shape{};
}

std::string error(const GraphBuilder& builder) { return errors_of(import(builder.def)); }

GraphBuilder with_input(const std::vector<std::int64_t>& dims) {
  GraphBuilder builder;
  builder.placeholder("input", dims);
  return builder;
}

class Conv2D : public ::testing::Test {
 protected:
  Conv2D() {
    builder_.floats("weights", {3, 3, 1, 1}, {0, 0, 0, 0, 1, 0, 0, 0, 2});
    node_ = std::make_unique<NodeBuilder>(builder_.conv2d("out", "input", "weights"));
  }
  GraphBuilder builder_ = with_input({1, 4, 4, 1});
  std::unique_ptr<NodeBuilder> node_;
};

// The image's centre pixel plus twice its lower right neighbour.
TEST_F(Conv2D, Same) {
  EXPECT_THAT(evaluate(builder_),
              ElementsAre(13, 16, 19, 4, 25, 28, 31, 8, 37, 40, 43, 12, 13, 14, 15, 16));
}

// An even size with stride 2 is padded at the bottom and right only.
TEST_F(Conv2D, SameWithStrideTwo) {
  node_->list("strides", {1, 2, 2, 1});
  EXPECT_THAT(evaluate(builder_), ElementsAre(6 + 2 * 11, 8, 14, 16));
}

TEST_F(Conv2D, ValidAndDilated) {
  node_->text("padding", "VALID");
  EXPECT_THAT(evaluate(builder_), ElementsAre(6 + 2 * 11, 7 + 2 * 12, 10 + 2 * 15, 11 + 2 * 16));
  node_->text("padding", "SAME").list("dilations", {1, 2, 2, 1});
  EXPECT_THAT(evaluate(builder_), ElementsAre(1 + 2 * 11, 2 + 2 * 12, 3, 4, 5 + 2 * 15, 6 + 2 * 16,
                                              7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
}

TEST_F(Conv2D, Explicit) {
  node_->text("padding", "EXPLICIT").list("explicit_paddings", {0, 0, 1, 0, 0, 0, 0, 0});
  EXPECT_THAT(evaluate(builder_),
              ElementsAre(2 + 2 * 7, 3 + 2 * 8, 6 + 2 * 11, 7 + 2 * 12, 10 + 2 * 15, 11 + 2 * 16));
}

TEST_F(Conv2D, RefusesWhatItCannotMean) {
  node_->list("strides", {1, 0, 1, 1});
  EXPECT_EQ(error(builder_), "graph.pb: node 'out': its strides are [1,0,1,1], expected [1,h,w,1]");
  node_->list("strides", {1, 1, 1, 1}).text("padding", "FULL");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'out': its padding is 'FULL', expected SAME, VALID or EXPLICIT");
  node_->text("padding", "SAME").text("data_format", "NCHW");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'out': its data_format is NCHW; slimc reads NHWC graphs");
  node_->text("data_format", "NHWC").type("T", DataType::DT_HALF);
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'out': is of type DT_HALF; slimc compiles float32 (DT_FLOAT) graphs");
}

TEST(Ops, ChannelsThatDoNotFit) {
  GraphBuilder builder = with_input({1, 4, 4, 16});
  builder.floats("weights", {3, 3, 8, 1}, {0});
  builder.conv2d("out", "input", "weights");
  EXPECT_THAT(error(builder), HasSubstr("graph.pb: node 'out': "));
  EXPECT_THAT(error(builder), HasSubstr("16 channels"));
}

TEST(Ops, DepthwiseConv2d) {
  GraphBuilder builder = with_input({1, 1, 2, 2});
  builder.floats("weights", {1, 1, 2, 2}, {1, 10, 100, 1000});
  builder.node("out", "DepthwiseConv2dNative", {"input", "weights"})
      .text("padding", "SAME")
      .list("strides", {1, 1, 1, 1});
  EXPECT_THAT(evaluate(builder), ElementsAre(1, 10, 200, 2000, 3, 30, 400, 4000));
}

class BatchNorm : public ::testing::Test {
 protected:
  BatchNorm() {
    builder_.floats("gamma", {2}, {2, 3});
    builder_.floats("beta", {2}, {0.5, 0});
    builder_.floats("mean", {2}, {1, 1});
    builder_.floats("variance", {2}, {3, 8});
    node_ = std::make_unique<NodeBuilder>(
        builder_.node("out", "FusedBatchNormV3", {"input", "gamma", "beta", "mean", "variance"}));
    node_->flag("is_training", false).number("epsilon", 1);
  }
  GraphBuilder builder_ = with_input({1, 1, 2, 2});
  std::unique_ptr<NodeBuilder> node_;
};

TEST_F(BatchNorm, UsesTheMovingStatistics) {
  EXPECT_THAT(evaluate(builder_), ElementsAre(0.5, 1, 2.5, 3));
}

// TensorFlow's default is true. Its own statistics are empty then, and nothing says which others.
TEST_F(BatchNorm, RefusesTrainingWithoutAverages) {
  node_->flag("is_training", true);
  builder_.floats("none", {0}, {});
  builder_.def.mutable_node(5)->set_input(3, "none");
  const std::string expected =
      "graph.pb: node 'out': is_training is true, and its moving averages were not found: no op "
      "updates a variable from its outputs 1 and 2, and there is no variable 'moving_mean' or "
      "'moving_variance'; export the graph for evaluation (is_training=False)";
  EXPECT_EQ(error(builder_), expected);
  builder_.def.mutable_node(5)->mutable_attr()->erase("is_training");
  EXPECT_EQ(error(builder_), expected);
}

// Statistics that are there are the ones to use: TensorFlow 2 hands them in to update them.
TEST_F(BatchNorm, UsesStatisticsThatAreGivenToTraining) {
  node_->flag("is_training", true);
  EXPECT_THAT(evaluate(builder_), ElementsAre(0.5, 1, 2.5, 3));
}

TEST_F(BatchNorm, RefusesEmptyStatistics) {
  builder_.floats("none", {0}, {});
  builder_.def.mutable_node(5)->set_input(3, "none");
  EXPECT_EQ(error(builder_), "graph.pb: node 'out': its input 3 ('none') has no elements");
}

TEST_F(BatchNorm, RefusesANegativeVariance) {
  builder_.def.mutable_node(4)->mutable_attr()->at("value").mutable_tensor()->set_float_val(1, -2);
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'out': the moving variance 'variance' is -2 in channel 1, with epsilon "
            "1 not above zero");
}

TEST(Ops, ElementwiseOfTwo) {
  const std::map<std::string, std::vector<double>> results = {
      {"Add", {3, 4}},      {"AddV2", {3, 4}},   {"Sub", {-1, 0}},    {"Mul", {2, 4}},
      {"RealDiv", {.5, 1}}, {"Maximum", {2, 2}}, {"Minimum", {1, 2}}, {"BiasAdd", {3, 4}},
  };
  for (const auto& [op, expected] : results) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.floats("two", {2}, {2});
    builder.node("out", op, {"input", "two"});
    EXPECT_EQ(evaluate(builder), expected) << op;
  }
}

TEST(Ops, ElementwiseOfOne) {
  const std::map<std::string, std::vector<double>> results = {
      {"Sqrt", {1, 2}},  {"Rsqrt", {1, 0.5}},      {"Relu", {1, 4}},
      {"Relu6", {1, 4}}, {"StopGradient", {1, 4}}, {"Identity", {1, 4}},
  };
  for (const auto& [op, expected] : results) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.floats("scale", {2}, {1, 2});
    builder.node("scaled", "Mul", {"input", "scale"});
    builder.node("out", op, {"scaled"});
    EXPECT_EQ(evaluate(builder), expected) << op;
  }
}

TEST(Ops, ArithmeticInOtherWords) {
  const std::map<std::string, std::vector<double>> results = {
      {"Neg", {-1, -4}},  {"Square", {1, 16}},       {"Reciprocal", {1, 0.25}},
      {"Inv", {1, 0.25}}, {"CheckNumerics", {1, 4}},
  };
  for (const auto& [op, expected] : results) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.floats("scale", {2}, {1, 2});
    builder.node("scaled", "Mul", {"input", "scale"});
    builder.node("out", op, {"scaled"});
    EXPECT_EQ(evaluate(builder), expected) << op;
  }
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.floats("five", {}, {5});
  builder.node("out", "SquaredDifference", {"input", "five"});
  EXPECT_THAT(evaluate(builder), ElementsAre(16, 9));
}

TEST(Ops, Powers) {
  const std::map<float, std::vector<double>> results = {
      {-1, {1, 0.25}}, {-0.5f, {1, 0.5}}, {0.5f, {1, 2}}, {1, {1, 4}}, {2, {1, 16}}};
  for (const auto& [power, expected] : results) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.floats("scale", {2}, {1, 2});
    builder.node("scaled", "Mul", {"input", "scale"});
    builder.floats("power", {}, {power});
    builder.node("out", "Pow", {"scaled", "power"});
    EXPECT_EQ(evaluate(builder), expected) << power;
  }
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.floats("power", {}, {3});
  builder.node("out", "Pow", {"input", "power"});
  EXPECT_EQ(
      error(builder),
      "graph.pb: node 'out': raises to the power of 3; slimc computes -1, -0.5, 0.5, 1 and 2");
  builder.node("itself", "Pow", {"input", "input"});
  EXPECT_EQ(errors_of(import(builder.def, {.output_nodes = {"itself"}})),
            "graph.pb: node 'itself': its exponent 'input' is no constant");
}

TEST(Ops, ClipByValue) {
  GraphBuilder builder = with_input({1, 1, 1, 4});
  builder.floats("low", {}, {2});
  builder.floats("high", {}, {3});
  builder.node("out", "ClipByValue", {"input", "low", "high"});
  EXPECT_THAT(evaluate(builder), ElementsAre(2, 2, 3, 3));
}

TEST(Ops, SumOverPixels) {
  GraphBuilder builder = with_input({1, 2, 2, 2});
  builder.integers("axes", {2}, {1, 2});
  builder.node("out", "Sum", {"input", "axes"}).flag("keep_dims", true);
  EXPECT_THAT(evaluate(builder), ElementsAre(16, 20));
  EXPECT_EQ(output_shape(builder), (Shape{1, 1, 1, 2}));
}

TEST(Ops, FillMakesAConstant) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.integers("shape", {1}, {2});
  builder.floats("seven", {}, {7});
  builder.node("sevens", "Fill", {"shape", "seven"});
  builder.node("out", "Add", {"input", "sevens"});
  EXPECT_THAT(evaluate(builder), ElementsAre(8, 9));
  builder.node("again", "Fill", {"shape", "input"});
  EXPECT_EQ(errors_of(import(builder.def, {.output_nodes = {"again"}})),
            "graph.pb: node 'again': fills with 'input', which is no constant number");
}

// Rate 2 on 5x5 pixels, as tf.nn.depthwise_conv2d(padding="SAME", rate=[2, 2]) writes it: two rows
// of padding on each side, and one more to make the rows even, which is cropped afterwards.
class Dilated : public ::testing::Test {
 protected:
  Dilated() {
    builder_.integers("block", {2}, {2, 2});
    builder_.integers("paddings", {2, 2}, {2, 3, 2, 3});
    builder_.integers("crops", {2, 2}, {0, 1, 0, 1});
    builder_.floats("weights", {3, 3, 1, 1}, {1, 0, 0, 0, 10, 0, 0, 0, 100});
    builder_.node("SpaceToBatchND", "SpaceToBatchND", {"input", "block", "paddings"});
    builder_.node("depthwise", "DepthwiseConv2dNative", {"SpaceToBatchND", "weights"})
        .text("padding", "VALID")
        .list("strides", {1, 1, 1, 1});
    builder_.node("out", "BatchToSpaceND", {"depthwise", "block", "crops"});
  }
  tensorflow::NodeDef& node(const std::string& name) {
    return *std::find_if(builder_.def.mutable_node()->begin(), builder_.def.mutable_node()->end(),
                         [&](const auto& node) { return node.name() == name; });
  }
  GraphBuilder builder_ = with_input({1, 5, 5, 1});
};

TEST_F(Dilated, IsOneConvolution) {
  const auto graph = import(builder_.def);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  const Op& op = graph->op(graph->output());
  EXPECT_EQ(op.kind, OpKind::DepthwiseConv2D);
  EXPECT_EQ(op.shape, (Shape{1, 5, 5, 1}));
  // Pixel (y, x) is 5*y + x + 1; each looks two to the upper left and two to the lower right.
  const std::vector<double> result = evaluate(builder_);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 5; ++x) {
      const auto pixel = [](int v, int u) {
        return v < 0 || u < 0 || v > 4 || u > 4 ? 0 : 5 * v + u + 1;
      };
      EXPECT_EQ(result[static_cast<std::size_t>(5 * y + x)],
                pixel(y - 2, x - 2) + 10 * pixel(y, x) + 100 * pixel(y + 2, x + 2))
          << y << " " << x;
    }
  }
}

TEST_F(Dilated, RefusesWhatIsNone) {
  GraphBuilder alone = builder_;
  alone.node("relu", "Relu", {"SpaceToBatchND"});
  EXPECT_EQ(errors_of(import(alone.def, {.output_nodes = {"relu"}})),
            "graph.pb: node 'relu': its input 0 ('SpaceToBatchND') is an image split by "
            "SpaceToBatchND; slimc reads that around a convolution only");
  alone.node("joined", "BatchToSpaceND", {"SpaceToBatchND", "block", "crops"});
  EXPECT_EQ(errors_of(import(alone.def, {.output_nodes = {"joined"}})),
            "graph.pb: node 'joined': joins images that are not a convolution of what "
            "SpaceToBatchND split by the same block_shape; slimc reads dilated convolutions only");
  (*node("depthwise").mutable_attr())["padding"].set_s("SAME");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'depthwise': convolves an image split by SpaceToBatchND; slimc reads "
            "that once, with strides and dilations of 1 and padding VALID");
  (*node("depthwise").mutable_attr())["padding"].set_s("VALID");
  builder_.integers("more", {2, 2}, {3, 0, 3, 0});
  node("out").set_input(2, "more");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'out': crops more than SpaceToBatchND has padded, which slimc does not "
            "do");
  node("SpaceToBatchND").set_input(2, "crops");
  node("SpaceToBatchND").set_input(1, "more");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'SpaceToBatchND': its block_shape is [3,0,3,0] and its paddings are "
            "[0,1,0,1], expected [h,w] and [[top,bottom],[left,right]]");
  builder_.integers("odd", {2, 2}, {0, 0, 0, 0});
  node("SpaceToBatchND").set_input(2, "odd");
  node("SpaceToBatchND").set_input(1, "block");
  EXPECT_EQ(error(builder_),
            "graph.pb: node 'SpaceToBatchND': cannot split 5x5 pixels, padded, by 2x2");
}

TEST(Ops, RefusedWithAReason) {
  const std::map<std::string, std::string> reasons = {
      {"MirrorPad", "pads with the image's own pixels; slimc pads with zeros only"},
      {"LogSoftmax",
       "gives logarithms of probabilities, which slimc does not compute; --output-node names the "
       "node in front of it"},
      {"FakeQuantWithMinMaxVars",
       "op FakeQuantWithMinMaxVars is of a quantised network, which slimc reads as .tflite only"},
      {"QuantizeV2", "op QuantizeV2 is of a quantised network, which slimc reads as .tflite only"},
      {"ArgMax", "op ArgMax chooses among numbers; --output-node input gives the numbers"},
      {"ResizeBilinear",
       "op ResizeBilinear prepares images, which the application does; --input-node names the node "
       "behind it at which the network begins"},
      {"Softplus", "op Softplus is not supported"},
  };
  for (const auto& [op, reason] : reasons) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.node("out", op, {"input"});
    EXPECT_EQ(errors_of(import(builder.def, {.output_nodes = {"out"}})),
              "graph.pb: node 'out': " + reason);
  }
}

TEST(Ops, OfShapesOnly) {
  for (const std::string op : {"StridedSlice", "ConcatV2", "Pack", "GatherV2", "Prod"}) {
    GraphBuilder builder = with_input({1, 1, 1, 2});
    builder.integers("n", {1}, {1});
    builder.node("out", op, {"input", "n", "n", "n"});
    EXPECT_EQ(error(builder),
              "graph.pb: node 'out': works on an image or activations; slimc "
              "computes " +
                  op + " of shapes only");
  }
}

TEST(Ops, SoftmaxOverTheLastDimension) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.node("out", "Softmax", {"input"});
  EXPECT_THAT(evaluate(builder),
              Pointwise(DoubleNear(1e-12), {0.2689414213699951, 0.7310585786300049}));
}

TEST(Ops, Pools) {
  for (const auto& [op, expected] : std::map<std::string, std::vector<double>>{
           {"AvgPool", {3.5, 5.5, 11.5, 13.5}}, {"MaxPool", {6, 8, 14, 16}}}) {
    GraphBuilder builder = with_input({1, 4, 4, 1});
    builder.node("out", op, {"input"})
        .list("ksize", {1, 2, 2, 1})
        .list("strides", {1, 2, 2, 1})
        .text("padding", "VALID");
    EXPECT_EQ(evaluate(builder), expected) << op;
  }
}

// TensorFlow's average does not count the pixels of the padding.
TEST(Ops, AveragePoolWithSamePadding) {
  GraphBuilder builder = with_input({1, 2, 2, 1});
  builder.node("out", "AvgPool", {"input"})
      .list("ksize", {1, 2, 2, 1})
      .list("strides", {1, 1, 1, 1})
      .text("padding", "SAME");
  EXPECT_THAT(evaluate(builder), ElementsAre(2.5, 3, 3.5, 4));
}

TEST(Ops, Pad) {
  GraphBuilder builder = with_input({1, 1, 1, 1});
  builder.integers("paddings", {4, 2}, {0, 0, 1, 0, 0, 2, 0, 0});
  builder.floats("value", {}, {0});
  builder.node("out", "PadV2", {"input", "paddings", "value"});
  EXPECT_THAT(evaluate(builder), ElementsAre(0, 0, 0, 1, 0, 0));
  builder.def.mutable_node(2)->mutable_attr()->at("value").mutable_tensor()->set_float_val(0, 1);
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': pads with something else than 0, which slimc does not do");
}

TEST(Ops, PadRefusesChannels) {
  GraphBuilder builder = with_input({1, 1, 1, 1});
  builder.integers("paddings", {4, 2}, {0, 0, 0, 0, 0, 0, 0, 3});
  builder.node("out", "Pad", {"input", "paddings"});
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': its paddings are [0,0,0,0,0,0,0,3], expected "
            "[[0,0],[top,bottom],[left,right],[0,0]]");
}

TEST(Ops, ReductionsOverHeightAndWidth) {
  for (const auto& [op, expected] :
       std::map<std::string, std::vector<double>>{{"Mean", {4, 5}}, {"Max", {7, 8}}}) {
    GraphBuilder builder = with_input({1, 2, 2, 2});
    builder.integers("axes", {2}, {-2, 1});
    NodeBuilder node = builder.node("out", op, {"input", "axes"});
    EXPECT_EQ(evaluate(builder), expected) << op;
    EXPECT_EQ(output_shape(builder), (Shape{1, 2}));
    node.flag("keep_dims", true);
    EXPECT_EQ(output_shape(builder), (Shape{1, 1, 1, 2}));
  }
}

TEST(Ops, ReductionRefusesOtherAxes) {
  GraphBuilder builder = with_input({1, 2, 2, 2});
  builder.integers("axes", {}, {3});
  builder.node("out", "Mean", {"input", "axes"});
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': reduces the axes [3]; slimc reduces height and width, [1,2]");
}

TEST(Ops, MatMul) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.integers("shape", {2}, {1, 2});
  builder.node("flat", "Reshape", {"input", "shape"});
  builder.floats("weights", {2, 3}, {1, 2, 3, 10, 20, 30});
  NodeBuilder node = builder.node("out", "MatMul", {"flat", "weights"});
  EXPECT_THAT(evaluate(builder), ElementsAre(21, 42, 63));
  node.flag("transpose_a", true);
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': transpose_a is true; slimc multiplies rows of "
            "activations only");
}

TEST(Ops, MatMulWithTransposedWeights) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.node("flat", "Squeeze", {"input"}).list("squeeze_dims", {1, 2});
  builder.floats("weights", {3, 2}, {1, 10, 2, 20, 3, 30});
  builder.node("out", "MatMul", {"flat", "weights"}).flag("transpose_b", true);
  EXPECT_THAT(evaluate(builder), ElementsAre(21, 42, 63));
}

TEST(Ops, ReshapeFillsInOneDimension) {
  GraphBuilder builder = with_input({2, 3, 4, 5});
  builder.integers("shape", {3}, {6, -1, 2});
  builder.node("out", "Reshape", {"input", "shape"});
  EXPECT_EQ(output_shape(builder), (Shape{6, 10, 2}));
}

TEST(Ops, ReshapeRefusesWhatDoesNotFit) {
  for (const std::vector<int>& dims :
       {std::vector<int>{7, -1}, {-1, -1}, {119}, {0, -1}, {-2, -60}, {1 << 30, 1 << 30}}) {
    GraphBuilder builder = with_input({2, 3, 4, 5});
    builder.integers("shape", {static_cast<std::int64_t>(dims.size())}, dims);
    builder.node("out", "Reshape", {"input", "shape"});
    EXPECT_THAT(error(builder), HasSubstr("node 'out': cannot reshape [2,3,4,5] to ["));
  }
}

TEST(Ops, SqueezeAndExpandDims) {
  GraphBuilder builder = with_input({2, 1, 1, 5});
  builder.node("squeezed", "Squeeze", {"input"}).list("squeeze_dims", {-2});
  builder.integers("axis", {}, {-1});
  builder.node("out", "ExpandDims", {"squeezed", "axis"});
  EXPECT_EQ(output_shape(builder), (Shape{2, 1, 5, 1}));
  builder.node("out2", "Squeeze", {"out"});
  EXPECT_EQ(output_shape(builder), (Shape{2, 5}));
  builder.node("out3", "Squeeze", {"out2"}).list("squeeze_dims", {1});
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out3': cannot squeeze dimension 1 of [2,5]: expected size 1");
}

// Batch norm and relu6 as Keras writes them.
TEST(Ops, KerasForms) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.floats("variance", {2}, {3.999f});
  builder.floats("epsilon", {}, {0.001f});
  builder.floats("gamma", {2}, {2});
  builder.floats("beta", {2}, {7, -4});
  builder.floats("mean", {2}, {1});
  builder.node("add", "Add", {"variance", "epsilon"});
  builder.node("rsqrt", "Rsqrt", {"add"});
  builder.node("scale", "Mul", {"rsqrt", "gamma"});
  builder.node("scaled", "Mul", {"input", "scale"});
  builder.node("shift", "Mul", {"mean", "scale"});
  builder.node("sub", "Sub", {"beta", "shift"});
  builder.node("normal", "AddV2", {"scaled", "sub"});
  builder.node("relu", "Relu", {"normal"});
  builder.floats("six", {}, {6});
  builder.node("out", "Minimum", {"relu", "six"});
  EXPECT_THAT(evaluate(builder), Pointwise(DoubleNear(1e-6), {6.0, 0.0}));
}

TEST(Ops, PlaceholderWithDefaultIsItsDefault) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.floats("two", {}, {2});
  builder.node("keep_prob", "PlaceholderWithDefault", {"two"}).shape("shape", {});
  builder.node("out", "Mul", {"input", "keep_prob"});
  EXPECT_THAT(evaluate(builder), ElementsAre(2, 4));
}

TEST(Ops, SecondOutputsAreRefused) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.node("a", "Relu", {"input"});
  builder.node("out", "Relu", {"a:1"});
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': reads output 1 of 'a'; slimc computes first outputs only");
}

TEST(Ops, MissingInputsAreCounted) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.node("out", "Add", {"input", "^input"});
  EXPECT_EQ(error(builder), "graph.pb: node 'out': Add has 1 inputs, expected 2 or more");
}

TEST(Ops, IntegersAreNoActivations) {
  GraphBuilder builder = with_input({1, 1, 1, 2});
  builder.integers("two", {}, {2});
  builder.node("out", "Mul", {"input", "two"});
  EXPECT_EQ(error(builder),
            "graph.pb: node 'out': its input 1 ('two') has integers; expected float32");
}

}  // namespace
}  // namespace slimc::frontend
