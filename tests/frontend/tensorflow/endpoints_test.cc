#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/import.h"
#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

// "input -> output, shape of the input", or the errors.
std::string endpoints(const GraphBuilder& builder, const ModelRequest& request = {}) {
  const auto graph = import(builder.def, request);
  if (!graph) return errors_of(graph);
  return graph->op(graph->input).name + " -> " + graph->op(graph->output()).name + ", " +
         graph->op(graph->input).shape.to_string();
}

// Words and warnings of an import.
class Words final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { said += diagnostic.to_string() + "\n"; }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::string said;
};

std::string warnings(const GraphBuilder& builder, const ModelRequest& request = {}) {
  Words words;
  const auto no_checkpoint = [](int) -> Result<Checkpoint> {
    return fail({.message = "this test has no checkpoint"});
  };
  const auto graph = import_graph(builder.def, "graph.pb", request, no_checkpoint, words);
  return words.said + errors_of(graph);
}

// A classifier that somebody put behind slim's own: "for Poets", TF-Hub's retrain.py.
TEST(Output, IsTheSinkAlthoughSlimsNamesAreThere) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.node("MobilenetV1/Logits/SpatialSqueeze", "Relu", {"input"});
  builder.node("MobilenetV1/Predictions/Softmax", "Softmax", {"MobilenetV1/Logits/SpatialSqueeze"});
  EXPECT_EQ(endpoints(builder), "input -> MobilenetV1/Predictions/Softmax, [1,2,2,3]");
  builder
      .node("input_1/BottleneckInputPlaceholder", "PlaceholderWithDefault",
            {"MobilenetV1/Predictions/Softmax"})
      .type("dtype", tensorflow::DT_FLOAT)
      .shape("shape", {-1, 2, 2, 3});
  builder.node("final_result", "Softmax", {"input_1/BottleneckInputPlaceholder"});
  EXPECT_EQ(endpoints(builder), "input -> final_result, [1,2,2,3]");
  EXPECT_EQ(warnings(builder), "");
}

// Losses and summaries hang on the network too.
TEST(Output, IsNoSummary) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("probabilities", "Softmax", {"image"});
  builder.node("histogram", "HistogramSummary", {"image"});
  builder.floats("weights", {1}, {1});
  builder.node("regularizer", "Mul", {"weights", "weights"});
  EXPECT_EQ(endpoints(builder), "image -> probabilities, [1,2,2,3]");
  EXPECT_EQ(warnings(builder),
            "graph.pb: left out, with what depends on it, as losses, summaries, metrics or "
            "gradients: 'histogram' (HistogramSummary)\n");
}

// What slim's training and retrain.py add: the share of zeros, a loss and an accuracy by labels.
TEST(Output, IsNothingThatReadsLabelsOrReducesTheBatch) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("labels", "Placeholder", {})
      .type("dtype", tensorflow::DT_INT64)
      .shape("shape", {-1});
  builder.node("logits", "Relu", {"image"});
  builder.node("probabilities", "Softmax", {"logits"});
  builder.node("activations", "HistogramSummary", {"probabilities"});
  builder.floats("zero", {}, {0});
  builder.node("zero_fraction/Equal", "Equal", {"logits", "zero"});
  builder.node("zero_fraction/Cast", "Cast", {"zero_fraction/Equal"});
  builder.integers("zero_fraction/axes", {4}, {0, 1, 2, 3});
  builder.node("zero_fraction/Mean", "Mean", {"zero_fraction/Cast", "zero_fraction/axes"});
  builder.node("sparsity", "ScalarSummary", {"zero_fraction/Mean"});
  builder.node("xentropy", "SparseSoftmaxCrossEntropyWithLogits", {"logits", "labels"});
  builder.node("prediction", "ArgMax", {"probabilities"});
  builder.node("correct", "Equal", {"prediction", "labels"});
  builder.node("correct/Cast", "Cast", {"correct"});
  EXPECT_EQ(endpoints(builder), "image -> probabilities, [1,2,2,3]");
  EXPECT_EQ(warnings(builder),
            "graph.pb: left out, with what depends on it, as losses, summaries, metrics or "
            "gradients: 'activations' (HistogramSummary), 'zero_fraction/Mean' (Mean), "
            "'xentropy' (SparseSoftmaxCrossEntropyWithLogits), 'correct' (Equal)\n"
            "graph.pb: left out, because it only chooses among the numbers that the network "
            "gives: 'prediction' (ArgMax)\n");
}

// Keras' categorical cross-entropy: the probabilities are normalised and clipped for a logarithm.
TEST(Output, IsNothingThatALossIsMadeOf) {
  GraphBuilder builder;
  builder.placeholder("input_1", {1, 2, 2, 3});
  builder.placeholder("dense_target", {-1, -1});
  builder.node("probabilities", "Softmax", {"input_1"});
  builder.integers("last", {}, {-1});
  builder.floats("low", {}, {1e-7f});
  builder.node("sum", "Sum", {"probabilities", "last"}).flag("keep_dims", true);
  builder.node("normalised", "RealDiv", {"probabilities", "sum"});
  builder.node("clipped", "Maximum", {"normalised", "low"});
  builder.node("log", "Log", {"clipped"});
  builder.node("product", "Mul", {"dense_target", "log"});
  EXPECT_EQ(endpoints(builder), "input_1 -> probabilities, [1,2,2,3]");
  EXPECT_EQ(warnings(builder),
            "graph.pb: left out, with what depends on it, as losses, summaries, metrics or "
            "gradients: 'product' (Mul)\n");
}

// A second input is none of them, whatever its type.
TEST(Output, MayDependOnASecondInput) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 1, 1, 3});
  builder.node("place", "Placeholder", {}).type("dtype", tensorflow::DT_INT64).shape("shape", {-1});
  builder.node("features", "Relu", {"image"});
  builder.node("sum", "Add", {"features", "place"});
  builder.node("out", "Softmax", {"sum"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'place': a placeholder besides the input 'image': a network has one "
            "input; --input-node names it");
}

TEST(Output, IsWhatAChoiceIsMadeFrom) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("probabilities", "Softmax", {"image"});
  builder.node("top", "TopKV2", {"probabilities"});
  builder.node("names", "LookupTableFindV2", {"table", "top:1"});
  builder.node("table", "HashTableV2", {});
  EXPECT_EQ(endpoints(builder), "image -> probabilities, [1,2,2,3]");
  // What computes with it is a network that slimc does not know.
  builder.node("boxes", "NonMaxSuppressionV3", {"image", "top"});
  EXPECT_THAT(endpoints(builder), ::testing::HasSubstr("'boxes' (NonMaxSuppressionV3, not"));
}

TEST(Output, IsAskedForWhereThereAreSeveral) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("first", "Relu", {"image"});
  builder.node("second", "Softmax", {"image"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has 2 results; --output-node names the network's, and may be given more "
            "than once: 'first' (Relu, [1,2,2,3]), 'second' (Softmax, [1,2,2,3])");
  // One that slimc cannot compute hides behind no other.
  builder.node("third", "Betainc", {"image"});
  EXPECT_THAT(endpoints(builder),
              ::testing::EndsWith("'second' (Softmax, [1,2,2,3]), 'third' (Betainc, not "
                                  "supported)"));
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"first:0"}}), "image -> first, [1,2,2,3]");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"frist"}}),
            "graph.pb: has no node 'frist', which --output-node names; did you mean 'first'?");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"first:1"}}),
            "graph.pb: --output-node first:1: slimc computes first outputs (:0) only");
}

TEST(Output, MayBeSeveralByTheUsersWord) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("features", "Relu", {"image"});
  builder.node("logits", "Softmax", {"features"});
  const auto graph = import(builder.def, {.output_nodes = {"logits", "features:0"}});
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "logits");
  EXPECT_EQ(graph->outputs[1].name, "features");
  EXPECT_EQ(graph->op(graph->outputs[1].value).name, "features");
  EXPECT_EQ(warnings(builder, {.output_nodes = {"logits", "logits:0"}}),
            "graph.pb: the output 'logits' is the same tensor as another one; it is given once\n");
}

// As an estimator's SavedModel has it: probabilities, and the best class with its name.
TEST(Output, IsWhatTheFileDeclares) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("logits", "Relu", {"image"});
  builder.node("softmax", "Softmax", {"logits"});
  builder.node("class_ids", "ArgMax", {"softmax"});
  builder.node("classes", "AsString", {"class_ids"});
  const DeclaredOutputs declared{.tensors = {"classes", "logits", "softmax"},
                                 .names = {"classes", "logits", "probabilities"}};
  Words words;
  const auto no_checkpoint = [](int) -> Result<Checkpoint> { return fail({.message = "none"}); };
  const auto graph = import_graph(builder.def, "graph.pb", {}, no_checkpoint, words, declared);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "logits");
  EXPECT_EQ(graph->outputs[1].name, "probabilities");
  EXPECT_EQ(graph->op(graph->outputs[1].value).name, "softmax");
  EXPECT_EQ(words.said,
            "graph.pb: the output 'classes' is left out, because it only chooses among the numbers "
            "that the network gives\n");
  const auto one = import_graph(builder.def, "graph.pb", {.output_nodes = {"softmax"}},
                                no_checkpoint, words, declared);
  ASSERT_TRUE(one.has_value()) << errors_of(one);
  EXPECT_EQ(one->outputs.size(), 1u);
}

TEST(Output, IsNotTheInput) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.node("out", "Relu", {"image"});
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"image"}}),
            "graph.pb: the output 'image' is the network's input; --output-node names what is "
            "computed of it");
}

// A node that becomes several ops: each of them has a name that `inspect` lists.
// One damaged byte of a name cuts a network in two, and its first half has a sink, too.
TEST(Output, IsNotWhatIsInFrontOfAGap) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.node("relu", "Relu", {"input"});
  builder.node("logits", "Relu6", {"re1u"});
  builder.node("softmax", "Softmax", {"logits"});
  EXPECT_EQ(endpoints(builder), "graph.pb: node 'logits': its input 're1u' does not exist");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"relu"}}), "input -> relu, [1,2,2,3]");
}

TEST(Output, MayBeAStepOfANode) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 2, 2, 3});
  builder.floats("low", {}, {1}).name();
  builder.node("out", "SquaredDifference", {"image", "low"});
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"out/difference"}}),
            "image -> out/difference, [1,2,2,3]");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"out/diff"}}),
            "graph.pb: has no node 'out/diff', which --output-node names");
}

TEST(Output, MustDependOnAnInput) {
  GraphBuilder builder;
  builder.floats("weights", {1}, {1});
  builder.node("out", "Relu", {"weights"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has no result that depends on a placeholder; --output-node names the "
            "network's result");
  EXPECT_EQ(endpoints(builder, {.output_nodes = {"out"}}),
            "graph.pb: the network's result depends on no placeholder; --input-node names the node "
            "that the image enters at");
}

TEST(Input, IsSlimsBeforeAnyOther) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.placeholder("mask", {1, 2, 2, 3});
  builder.node("out", "Mul", {"input", "mask"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'mask': a placeholder besides the input 'input': a network has one "
            "input; --input-node names it");
}

// A node in the middle of the network, whose shape the graph does not say.
TEST(Input, MayBeInTheMiddle) {
  GraphBuilder builder;
  builder.placeholder("image", {1, 8, 6, 3});
  builder.floats("weights", {1, 1, 3, 5}, std::vector<float>(15, 1));
  builder.conv2d("conv", "image", "weights");
  builder.node("relu", "Relu", {"conv"});
  builder.node("out", "Softmax", {"relu"});
  EXPECT_EQ(endpoints(builder, {.input_node = "relu"}), "relu -> out, [1,8,6,5]");
  EXPECT_EQ(endpoints(builder, {.input_node = "relu:0", .output_nodes = {"out:0"}, .batch = 2}),
            "relu -> out, [2,8,6,5]");
  EXPECT_EQ(endpoints(builder, {.input_node = "rela"}),
            "graph.pb: has no node 'rela', which --input-node names; did you mean 'relu'?");
}

// Nothing says how many channels there are but the weights: optimize_for_inference drops shapes.
TEST(Input, HasTheChannelsOfTheFirstWeights) {
  GraphBuilder builder;
  builder.node("input", "Placeholder", {}).type("dtype", tensorflow::DT_FLOAT);
  builder.floats("weights", {1, 1, 1, 5}, std::vector<float>(5, 1));
  builder.floats("half", {}, {0.5f});
  builder.node("scaled", "Mul", {"input", "half"});
  builder.conv2d("conv", "scaled", "weights");
  EXPECT_EQ(endpoints(builder, {.resolution = {{8, 6}}}), "input -> conv, [1,8,6,1]");
}

// Bytes that the graph casts are raw pixels.
TEST(Input, MayBeBytes) {
  GraphBuilder builder;
  builder.node("image", "Placeholder", {})
      .type("dtype", tensorflow::DT_UINT8)
      .shape("shape", {-1, 8, 6, 3});
  builder.node("float", "Cast", {"image"})
      .type("SrcT", tensorflow::DT_UINT8)
      .type("DstT", tensorflow::DT_FLOAT);
  builder.floats("scale", {}, {1 / 127.5f});
  builder.node("scaled", "Mul", {"float", "scale"});
  const auto graph = import(builder.def);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->op(graph->input).shape, (Shape{1, 8, 6, 3}));
  EXPECT_EQ(graph->pixels.scale, std::vector<double>{1});
  EXPECT_EQ(graph->pixels.offset, std::vector<double>{0});
  EXPECT_EQ(graph->pixels.source, PixelEncoding::Source::Model);
}

// What decodes and resizes is the application's; what scales is the network's.
TEST(Input, IsWhatAPipelineGives) {
  GraphBuilder builder;
  builder.node("DecodeJpeg/contents", "Placeholder", {}).type("dtype", tensorflow::DT_STRING);
  builder.node("DecodeJpeg", "DecodeJpeg", {"DecodeJpeg/contents"});
  builder.node("Cast", "Cast", {"DecodeJpeg"});
  builder.node("ResizeBilinear", "ResizeBilinear", {"Cast"});
  builder.floats("mean", {}, {128});
  builder.node("Sub", "Sub", {"ResizeBilinear", "mean"});
  builder.floats("weights", {1, 1, 3, 5}, std::vector<float>(15, 1));
  builder.conv2d("conv", "Sub", "weights");
  EXPECT_EQ(endpoints(builder, {.resolution = {{8, 6}}}), "ResizeBilinear -> conv, [1,8,6,3]");
  const std::string said =
      "graph.pb: the image enters the network at 'ResizeBilinear', in front of the first "
      "convolution; what the graph does in front of it is left out";
  EXPECT_EQ(warnings(builder, {.resolution = {{8, 6}}}),
            said + "; --input-node names another node\n");
  EXPECT_EQ(warnings(builder), said +
                                   "; its size is assumed to be 224x224 (--resolution sets it); "
                                   "--input-node names another node\n");
  builder.integers("size", {2}, {10, 12});
  for (auto& node : *builder.def.mutable_node()) {
    if (node.name() == "ResizeBilinear") node.add_input("size");
  }
  EXPECT_EQ(endpoints(builder), "ResizeBilinear -> conv, [1,10,12,3]");
  EXPECT_EQ(import(builder.def)->pixels.scale, std::vector<double>{1});
}

// An application's single image.
TEST(Input, MayBeASingleImage) {
  GraphBuilder builder;
  builder.placeholder("photo", {8, 6, 3});
  builder.integers("axis", {}, {0});
  builder.node("batch", "ExpandDims", {"photo", "axis"});
  builder.floats("weights", {1, 1, 3, 5}, std::vector<float>(15, 1));
  builder.conv2d("conv", "batch", "weights");
  EXPECT_EQ(endpoints(builder), "batch -> conv, [1,8,6,3]");
}

TEST(Input, IsAskedForWhereThereAreSeveral) {
  GraphBuilder builder;
  builder.placeholder("left", {1, 2, 2, 3});
  builder.placeholder("right", {1, 2, 2, 3});
  builder.node("out", "Add", {"left", "right"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: has 2 placeholders; --input-node names the one for the image: 'left', "
            "'right'");
}

// What reads and scales the photo in front of it is not the network's.
TEST(Input, MayBeAnyNode) {
  GraphBuilder builder;
  builder.node("decode", "DecodeJpeg", {});
  builder.node("image", "Identity", {"decode"});
  builder.node("out", "Relu", {"image"});
  EXPECT_EQ(endpoints(builder, {.input_node = "image", .resolution = {{8, 6}}}),
            "image -> out, [1,8,6,3]");
}

TEST(Input, TakesOpenDimensionsFromTheRequest) {
  GraphBuilder builder;
  builder.placeholder("input", {-1, -1, -1, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'input': the model leaves the height or width of its input open; "
            "--resolution sets it");
  EXPECT_EQ(endpoints(builder, {.batch = 4, .resolution = {{8, 6}}}), "input -> out, [4,8,6,3]");
}

TEST(Input, KeepsAFixedResolution) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 4, 4, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder, {.resolution = {{4, 4}}}), "input -> out, [1,4,4,3]");
  EXPECT_EQ(endpoints(builder, {.resolution = {{8, 4}}}),
            "graph.pb: node 'input': the model fixes the input at 4x4; --resolution asks for 8x4");
}

// The shape [1,12] was written down for a batch of one.
TEST(Input, MayHaveAnotherBatchThanTheGraphs) {
  GraphBuilder builder;
  builder.placeholder("input", {1, 2, 2, 3});
  builder.integers("shape", {2}, {1, 12});
  builder.node("out", "Reshape", {"input", "shape"});
  const auto graph = import(builder.def, {.batch = 5});
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{5, 12}));
  EXPECT_EQ(import(builder.def, {.batch = 0}).error().blame(), Blame::Usage);
}

TEST(Input, MustBeAFloatImage) {
  GraphBuilder builder;
  builder.node("input", "Placeholder", {})
      .type("dtype", tensorflow::DT_HALF)
      .shape("shape", {1, 2, 2, 3});
  builder.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(builder),
            "graph.pb: node 'input': the input is of type DT_HALF; slimc compiles float32 "
            "(DT_FLOAT) graphs");
  GraphBuilder flat;
  flat.placeholder("input", {1, 12});
  flat.node("out", "Relu", {"input"});
  EXPECT_EQ(endpoints(flat),
            "graph.pb: node 'input': the input has 2 dimensions; expected an image [n,h,w,c]");
  GraphBuilder huge;
  huge.placeholder("input", {1 << 20, 1 << 20, 1 << 20, 1 << 20});
  huge.node("out", "Relu", {"input"});
  EXPECT_THAT(endpoints(huge), ::testing::HasSubstr("which is more than"));
}

}  // namespace
}  // namespace slimc::frontend
