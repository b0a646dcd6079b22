#include "frontend/mobilenet/architecture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "frontend/mobilenet/keras_mobilenet.h"
#include "frontend/mobilenet/mobilenet.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Tensor> zeros(const Variable& variable) {
  return Tensor{variable.shape,
                std::vector<float>(static_cast<std::size_t>(variable.shape.elements()))};
}

Architecture slim(const MobileNetOptions& options) {
  const auto architecture = slim_architecture(options);
  EXPECT_TRUE(architecture) << architecture.error().to_string();
  return architecture.value_or(Architecture());
}

Architecture keras(KerasMobileNetOptions options) {
  options.weights = "";
  SilentReporter nobody;
  const auto architecture = keras_architecture(options, nobody);
  EXPECT_TRUE(architecture) << architecture.error().to_string();
  return architecture.value_or(Architecture());
}

Graph network(const Architecture& architecture) {
  auto graph = build_network(architecture, zeros);
  EXPECT_TRUE(graph) << graph.error().to_string();
  if (graph) EXPECT_THAT(verify(*graph), ElementsAre());
  return graph ? std::move(*graph) : Graph();
}

std::int64_t all_parameters(const Architecture& architecture) {
  std::int64_t count = 0;
  for (const Variable& variable : variables_of(architecture)) count += variable.shape.elements();
  return count;
}

std::vector<std::string> names(const Graph& graph, OpKind kind) {
  std::vector<std::string> list;
  for (const Op& op : graph.ops()) {
    if (op.kind == kind) list.push_back(op.name);
  }
  return list;
}

const Op& op_named(const Graph& graph, const std::string& name) {
  for (const Op& op : graph.ops()) {
    if (op.name == name) return op;
  }
  ADD_FAILURE() << "no op " << name;
  return graph.ops().front();
}

// "Total params" of model.summary() as Keras' documentation and users report them.
TEST(Architecture, HasTheParametersThatKerasCounts) {
  EXPECT_EQ(all_parameters(keras({})), 4253864);
  EXPECT_EQ(all_parameters(keras({.include_top = false})), 3228864);
  EXPECT_EQ(all_parameters(keras({.alpha = 0.25})), 475544);
  EXPECT_EQ(all_parameters(keras({.alpha = 0.25, .include_top = false})), 218544);
  EXPECT_EQ(all_parameters(keras({.alpha = 0.5})), 1342536);
  EXPECT_EQ(all_parameters(keras({.alpha = 0.75})), 2601976);
}

TEST(Architecture, NamesVariablesAsSlimStoresThem) {
  const std::vector<Variable> variables = variables_of(slim({.alpha = 0.25}));
  ASSERT_EQ(variables.size(), 27u * 5 + 2);
  EXPECT_EQ(variables[0].name, "MobilenetV1/Conv2d_0/weights");
  EXPECT_EQ(variables[4].name, "MobilenetV1/Conv2d_0/BatchNorm/moving_variance");
  EXPECT_EQ(variables[5].name, "MobilenetV1/Conv2d_1_depthwise/depthwise_weights");
  EXPECT_EQ(variables[5].shape, (Shape{3, 3, 8, 1}));
  EXPECT_EQ(variables[10].name, "MobilenetV1/Conv2d_1_pointwise/weights");
  EXPECT_EQ(variables.back().name, "MobilenetV1/Logits/Conv2d_1c_1x1/biases");
}

// The names in the weights of a .h5 file (../shared), without ":0".
TEST(Architecture, NamesVariablesAsKerasStoresThem) {
  const std::vector<Variable> variables = variables_of(keras({.depth_multiplier = 2}));
  EXPECT_EQ(variables[0].name, "conv1/kernel");
  EXPECT_EQ(variables[1].name, "conv1_bn/gamma");
  EXPECT_EQ(variables[5].name, "conv_dw_1/depthwise_kernel");
  EXPECT_EQ(variables[5].shape, (Shape{3, 3, 32, 2}));
  EXPECT_EQ(variables[6].name, "conv_dw_1_bn/gamma");
  EXPECT_EQ(variables[6].shape, Shape{64});
  EXPECT_EQ(variables[10].name, "conv_pw_1/kernel");
  EXPECT_EQ(variables[10].shape, (Shape{1, 1, 64, 64}));
  EXPECT_EQ(variables[variables.size() - 2].name, "conv_preds/kernel");
  EXPECT_EQ(variables.back().name, "conv_preds/bias");
}

// By the rule of mobilenet_v1.py: from the wanted stride on, strides become dilations.
TEST(Architecture, DilatesWhereTheOutputStrideIsReached) {
  const auto rates = [](std::int64_t output_stride) {
    std::string words;
    for (const Block& block : slim({.output_stride = output_stride}).blocks) {
      words += std::to_string(block.stride) + "/" + std::to_string(block.dilation) + " ";
    }
    return words;
  };
  EXPECT_EQ(rates(32), "1/1 2/1 1/1 2/1 1/1 2/1 1/1 1/1 1/1 1/1 1/1 2/1 1/1 ");
  EXPECT_EQ(rates(16), "1/1 2/1 1/1 2/1 1/1 2/1 1/1 1/1 1/1 1/1 1/1 1/1 1/2 ");
  EXPECT_EQ(rates(8), "1/1 2/1 1/1 2/1 1/1 1/1 1/2 1/2 1/2 1/2 1/2 1/2 1/4 ");
  const Graph graph = network(slim({.alpha = 0.25, .output_stride = 8}));
  EXPECT_EQ(op_named(graph, "MobilenetV1/MobilenetV1/Conv2d_13_pointwise/Relu6").shape,
            (Shape{1, 28, 28, 256}));
  EXPECT_THAT(names(graph, OpKind::Mean), ElementsAre("MobilenetV1/Logits/global_pool"));
}

TEST(Architecture, PadsAsItsStyleSays) {
  const Graph same = network(slim({.alpha = 0.25}));
  EXPECT_THAT(names(same, OpKind::Pad), ElementsAre());
  const Graph explicitly = network(slim({.alpha = 0.25, .explicit_padding = true}));
  EXPECT_EQ(names(explicitly, OpKind::Pad).size(), 14u);
  EXPECT_EQ(names(explicitly, OpKind::Pad)[0], "MobilenetV1/MobilenetV1/Pad");
  EXPECT_EQ(names(explicitly, OpKind::Pad)[1], "MobilenetV1/MobilenetV1/Pad_1");
  const Graph r19 = network(keras({.alpha = 0.25}));
  EXPECT_EQ(names(r19, OpKind::Pad).size(), 14u);
  EXPECT_EQ(op_named(r19, "conv1_pad/Pad").attributes_as<PadAttributes>().padding,
            (Padding{1, 1, 1, 1}));
  const Graph later = network(keras({.alpha = 0.25, .padding = PaddingStyle::BottomRight}));
  EXPECT_THAT(names(later, OpKind::Pad),
              ElementsAre("conv1_pad/Pad", "conv_pad_2/Pad", "conv_pad_4/Pad", "conv_pad_6/Pad",
                          "conv_pad_12/Pad"));
  EXPECT_EQ(op_named(later, "conv1_pad/Pad").attributes_as<PadAttributes>().padding,
            (Padding{0, 1, 0, 1}));
  // A dilated window reaches further: by its dilation on each side.
  const Graph dilated =
      network(slim({.alpha = 0.25, .output_stride = 16, .explicit_padding = true}));
  EXPECT_EQ(
      op_named(dilated, "MobilenetV1/MobilenetV1/Pad_13").attributes_as<PadAttributes>().padding,
      (Padding{2, 2, 2, 2}));
}

TEST(Architecture, EndsWhereItsHeadSays) {
  const auto result = [](const Graph& graph) {
    const Op& op = graph.op(graph.output());
    return op.name + " " + op.shape.to_string();
  };
  EXPECT_EQ(result(network(slim({.alpha = 0.25}))), "MobilenetV1/Predictions/Reshape_1 [1,1001]");
  EXPECT_EQ(result(network(slim({.alpha = 0.25, .softmax = false}))),
            "MobilenetV1/Logits/SpatialSqueeze [1,1001]");
  EXPECT_EQ(result(network(slim({.alpha = 0.25, .classes = 0}))),
            "MobilenetV1/Logits/AvgPool_1a/AvgPool [1,1,1,256]");
  EXPECT_EQ(result(network(slim({.alpha = 0.25, .classes = 0, .global_pool = true}))),
            "MobilenetV1/Logits/global_pool [1,1,1,256]");
  EXPECT_EQ(result(network(keras({.alpha = 0.25}))), "reshape_2/Reshape [1,1000]");
  EXPECT_EQ(result(network(keras({.alpha = 0.25, .include_top = false}))),
            "conv_pw_13_relu/Relu6 [1,7,7,256]");
  EXPECT_EQ(result(network(
                keras({.alpha = 0.25, .include_top = false, .pooling = GlobalPooling::Average}))),
            "global_average_pooling2d/Mean [1,256]");
  EXPECT_EQ(
      result(network(keras({.alpha = 0.25, .include_top = false, .pooling = GlobalPooling::Max}))),
      "global_max_pooling2d/Max [1,256]");
}

TEST(Architecture, ReportsEveryVariableThatIsWrong) {
  const auto graph =
      build_network(slim({.alpha = 0.25}), [](const Variable& variable) -> Result<Tensor> {
        Result<Tensor> tensor = zeros(variable);
        if (variable.name == "MobilenetV1/Conv2d_0/weights") {
          return fail({.file = "net.ckpt", .message = "is missing"});
        }
        if (variable.name == "MobilenetV1/Conv2d_1_depthwise/BatchNorm/gamma") {
          tensor->shape = Shape{1, 8};
        }
        if (variable.name == "MobilenetV1/Logits/Conv2d_1c_1x1/biases") {
          tensor->data[3] = std::nanf("");
        }
        return tensor;
      });
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().to_string(),
            "net.ckpt: is missing\n"
            "tensor 'MobilenetV1/Conv2d_1_depthwise/BatchNorm/gamma': has the shape [1,8]; the "
            "network needs [8]\n"
            "tensor 'MobilenetV1/Logits/Conv2d_1c_1x1/biases': element 3 ([3]) is NaN; weights "
            "must be finite");
}

TEST(Architecture, RefusesNumbersThatNoNetworkHas) {
  Architecture broken = slim({.alpha = 0.25});
  broken.input = Shape{0, 1 << 21, 224, 3};
  broken.blocks[1].stride = 0;
  broken.blocks[2].filters = -1;
  broken.pooling = GlobalPooling::None;
  EXPECT_EQ(build_network(broken, zeros).error().to_string(),
            "batch 0: expected 1 to 1048576\n"
            "height 2097152: expected 1 to 1048576\n"
            "block 2: stride 0: expected 1 to 1024\n"
            "block 3: filters -1: expected 1 to 1048576\n"
            "a classifier needs pooled features; the architecture has no pooling");
  broken = slim({.alpha = 0.25});
  broken.input = Shape{224, 224, 3};
  EXPECT_EQ(build_network(broken, zeros).error().to_string(),
            "the input [224,224,3]: expected an image [n,h,w,c]");
  broken.input = Shape{1, 224, 224, 3};
  broken.blocks.resize(1001);
  EXPECT_EQ(build_network(broken, zeros).error().to_string(), "1001 blocks: expected at most 1000");
  // A weight of 1 TB is refused before the source is asked for it.
  broken = slim({.alpha = 0.25});
  broken.blocks[12].filters = 1 << 20;
  broken.blocks[11].filters = 1 << 20;
  EXPECT_THAT(build_network(broken, [](const Variable&) -> Result<Tensor> { return Tensor(); })
                  .error()
                  .to_string(),
              HasSubstr("tensor 'MobilenetV1/Conv2d_13_pointwise/weights': would have "
                        "1099511627776 elements [1,1,1048576,1048576]; slimc takes up to "
                        "268435456"));
  // An image that a window without padding of its own does not fit.
  broken = keras({.alpha = 0.25, .padding = PaddingStyle::BottomRight});
  broken.input = Shape{1, 1, 1, 3};
  EXPECT_EQ(build_network(broken, zeros).error().to_string(),
            "node 'conv1/Conv2D': a window of 3 does not fit into a height of 2 (with padding)");
}

TEST(Architecture, RefusesSlimsWrongArguments) {
  EXPECT_EQ(slim_architecture({.classes = -1, .depth_multiplier = 17, .output_stride = 12})
                .error()
                .to_string(),
            "classes -1: expected 0 to 65536\n"
            "depth_multiplier 17: expected 1 to 16\n"
            "output_stride 12: expected 8, 16 or 32");
}

}  // namespace
}  // namespace slimc::frontend
