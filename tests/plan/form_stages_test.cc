// Which groups of ops are stages, and what is refused.
#include "compiler/plan/form_stages.h"

#include <gmock/gmock.h>

#include "compiler/passes/passes.h"
#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using testing::GraphBuilder;
using ::testing::HasSubstr;

NetworkStages formed(const Graph& graph) {
  const auto optimised = run_pipeline(graph);
  EXPECT_TRUE(optimised) << optimised.error().to_string();
  auto stages = form_stages(*optimised);
  EXPECT_TRUE(stages) << stages.error().to_string();
  return stages ? std::move(*stages) : NetworkStages{};
}

std::string refusal(const Graph& graph) {
  const auto optimised = run_pipeline(graph);
  EXPECT_TRUE(optimised) << optimised.error().to_string();
  const auto stages = form_stages(*optimised);
  return stages ? "" : stages.error().to_string();
}

std::vector<std::string> names_of(const NetworkStages& network) {
  std::vector<std::string> names;
  for (const NetworkStage& stage : network.stages) names.push_back(stage.name);
  return names;
}

Value head(GraphBuilder& b, Value x) {
  x = b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true});
  return b.add(OpKind::Softmax, {b.conv(x, 1, 10)});
}

TEST(FormStages, GroupsTheOpsOfAMobileNet) {
  GraphBuilder b({1, 16, 16, 3});
  Value x = b.relu6(b.conv(b.input(), 3, 8, 2));
  x = b.relu6(b.conv(b.relu6(b.depthwise(x, 3)), 1, 12));
  const NetworkStages network = formed(b.finish(head(b, x)));
  EXPECT_THAT(names_of(network), ElementsAre("conv_0", "block_1_depthwise", "block_1_pointwise",
                                             "pool", "logits", "softmax", "output"));
  EXPECT_EQ(network.stages[1].block_name, "block_1");
  EXPECT_EQ(network.stages[2].block_name, "");
  EXPECT_THAT(network.stages[0].inputs, ElementsAre(NetworkStage::kImage));
  EXPECT_THAT(network.stages[2].inputs, ElementsAre(1));
  EXPECT_THAT(network.outputs, ElementsAre(6));
  EXPECT_TRUE(network.stages[6].only_drops_padding);
}

TEST(FormStages, SaysWhatTheNetworkSaysAndNothingOfTilings) {
  GraphBuilder b({1, 16, 16, 3});
  const Value x = b.conv(b.depthwise(b.conv(b.input(), 3, 7, 2), 3, 2), 1, 13);
  const NetworkStages network = formed(b.finish(x));
  const StageShape& depthwise = network.stages[1].shape;
  EXPECT_EQ(depthwise.in_c, 7);
  EXPECT_EQ(depthwise.in_h, 8);
  EXPECT_EQ(depthwise.out_h, 4);
  EXPECT_EQ(depthwise.stride_h, 2);
  const StageShape& pointwise = network.stages[2].shape;
  EXPECT_EQ(pointwise.in_c, 7);
  EXPECT_EQ(pointwise.out_c, 13);
  EXPECT_EQ(pointwise.out_h, 4);
}

TEST(FormStages, GivesAShortcutTwoInputs) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.relu6(b.conv(b.input(), 3, 8));
  const Value y = b.conv(b.depthwise(x, 3), 1, 8);
  const NetworkStages network = formed(b.finish(head(b, b.relu6(b.add(OpKind::Add, {x, y})))));
  EXPECT_THAT(names_of(network), ElementsAre("conv_0", "block_1_depthwise", "block_1_pointwise",
                                             "add_1", "pool", "logits", "softmax", "output"));
  EXPECT_THAT(network.stages[3].inputs, ElementsAre(0, 2));
  EXPECT_EQ(network.stages[3].kind, StageKind::Add);
  EXPECT_EQ(network.stages[3].ops.size(), 2u);  // with its activation
}

TEST(FormStages, CopiesAResultThatIsReadAsWell) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.conv(b.input(), 3, 8);
  Graph graph = b.finish(b.conv(x, 1, 4));
  graph.add_output("features", x);
  const NetworkStages network = formed(graph);
  EXPECT_THAT(names_of(network), ElementsAre("conv_0", "output", "pointwise_1", "output_2"));
  EXPECT_FALSE(network.stages[1].only_drops_padding);
  EXPECT_THAT(network.outputs, ElementsAre(3, 1));
}

TEST(FormStages, PutsTheImageIntoABufferOnceForWhatIsNoConvolution) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.depthwise(b.input(), 3);
  const Value y = b.depthwise(b.input(), 3, 1, 1);
  const NetworkStages network = formed(b.finish(b.add(OpKind::Add, {x, y})));
  EXPECT_THAT(names_of(network),
              ElementsAre("image", "block_1_depthwise", "block_2_depthwise", "add_1", "output"));
  EXPECT_THAT(network.stages[2].inputs, ElementsAre(0));
}

TEST(FormStages, RefusesAnOpWithoutACompiledForm) {
  GraphBuilder b({1, 8, 8, 3});
  EXPECT_EQ(refusal(b.finish(b.add(OpKind::Sqrt, {b.conv(b.input(), 3, 8)}, {}, "odd"))),
            "test.pb: node 'odd': Sqrt has no compiled form at this place in the network");
}

TEST(FormStages, RefusesIntegers) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.conv(b.input(), 3, 8);
  Op quantize{.kind = OpKind::Quantize, .name = "to_int8", .inputs = {x}};
  quantize.type = ElementType::Int8;
  quantize.type.scales = {0.5f};
  quantize.type.zero_points = {3};
  const Value y = b.graph().add(quantize);
  EXPECT_EQ(refusal(b.finish(b.add(OpKind::Dequantize, {y}))),
            "test.pb: node 'to_int8': gives int8; slimc has kernels for float32 alone");
}

// The same numbers in other rows and columns: a window over them is another one.
TEST(FormStages, RefusesWindowsOverPixelsThatWereReshaped) {
  for (const OpKind kind : {OpKind::DepthwiseConv2D, OpKind::MaxPool}) {
    GraphBuilder b({1, 8, 8, 3});
    Value x = b.reshape(b.conv(b.input(), 3, 8), {1, 4, 16, 8});
    x = kind == OpKind::MaxPool ? b.add(kind, {x}, PoolAttributes{.kernel_h = 2, .kernel_w = 2})
                                : b.depthwise(x, 3);
    EXPECT_THAT(refusal(b.finish(x)),
                HasSubstr("a reshape from [1,8,8,8] to [1,4,16,8] inside the network is not"));
  }
}

// Of what works on pixels one by one it does not matter which image they are of; a window, and a
// dense layer of an image, must see one whole image.
TEST(FormStages, RefusesImagesThatBecomeOthersWhereThatMatters) {
  GraphBuilder b({2, 8, 8, 3});
  const Value x = b.reshape(b.conv(b.input(), 3, 8), {1, 16, 8, 8});
  EXPECT_EQ(names_of(formed(b.finish(b.add(OpKind::Softmax, {x})))).size(), 3u);
  EXPECT_THAT(refusal(b.finish(b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true}))),
              HasSubstr("a reshape from [2,8,8,8] to [1,16,8,8] inside the network is not"));
  const Value row = b.reshape(x, {1, 1024});
  EXPECT_THAT(refusal(b.finish(b.add(OpKind::MatMul, {row, b.random_constant({1024, 3})}))),
              HasSubstr("a reshape from [2,8,8,8] to [1,1,1,1024] inside the network is not"));
}

TEST(FormStages, ReadsMatricesOfPixelsAsPixels) {
  GraphBuilder b({1, 4, 6, 3});
  const Value x = b.reshape(b.conv(b.input(), 3, 10), {24, 10});
  const NetworkStages network =
      formed(b.finish(b.add(OpKind::MatMul, {x, b.random_constant({10, 12})})));
  ASSERT_EQ(network.stages.size(), 3u);
  EXPECT_EQ(network.stages[1].kind, StageKind::Pointwise);
  EXPECT_FALSE(network.stages[1].joins_pixels);
  EXPECT_EQ(network.stages[1].shape.out_h, 4);
  EXPECT_EQ(network.stages[1].shape.out_w, 6);
}

TEST(FormStages, PutsTheImageInABufferForEitherSideOfASum) {
  for (const bool first : {true, false}) {
    GraphBuilder b({1, 8, 8, 3});
    const Value y = b.conv(b.input(), 3, 3);
    const NetworkStages network = formed(b.finish(
        b.add(OpKind::Add, first ? std::vector{b.input(), y} : std::vector{y, b.input()})));
    EXPECT_THAT(names_of(network), ElementsAre("conv_0", "image", "add_1", "output"));
    EXPECT_THAT(network.stages[2].inputs, first ? ElementsAre(1, 0) : ElementsAre(0, 1));
  }
}

TEST(FormStages, SaysWhichSumsItDoesNotTake) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.relu6(b.conv(b.input(), 3, 8));
  const Value mean = b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true});
  EXPECT_THAT(refusal(b.finish(b.add(OpKind::Add, {x, mean}))),
              HasSubstr("adds [1,8,8,8] and [1,1,1,8]; slimc adds activations of one shape"));
  const Value softmax = b.add(OpKind::Softmax, {x});
  EXPECT_THAT(refusal(b.finish(b.add(OpKind::Add, {softmax, b.random_constant({8})}))),
              HasSubstr("adds a constant, and no convolution stands here that could take it"));
}

// What fold_constants leaves none of.
TEST(FormStages, RefusesOpsOfConstants) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.conv(b.input(), 3, 8, 1, true);
  const Value one = b.random_constant({1, 8, 8, 8});
  for (const OpKind kind : {OpKind::Relu, OpKind::Softmax, OpKind::Add}) {
    const Value y = kind == OpKind::Add ? b.add(kind, {one, x}) : b.add(kind, {one});
    const auto stages = form_stages(b.finish(y));
    ASSERT_FALSE(stages) << name_of(kind);
    EXPECT_THAT(stages.error().to_string(), HasSubstr("of a constant has no compiled form"));
  }
}

TEST(FormStages, PrintsALineAStage) {
  GraphBuilder b({1, 8, 8, 3});
  const std::string text = print(formed(b.finish(b.conv(b.input(), 3, 8))));
  EXPECT_EQ(text,
            "stage conv_0: first_convolution 8x8x3 -> 8x8x8 3x3; reads the image\n"
            "stage output: copy 8x8x8 -> 8x8x8; reads conv_0; where there is padding\n");
}

}  // namespace
}  // namespace slimc
