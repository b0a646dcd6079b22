// Every op that is read, converted in a model of its own: what it computes (by the naive evaluator,
// against numbers worked out by hand), and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/tflite/evaluated.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::evaluated;
using testing::ModelBuilder;
using ::testing::Pointwise;

Shape output_shape(const ModelBuilder& builder, const ModelRequest& request = {}) {
  const auto graph = testing::read(builder.bytes(), request);
  EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
  return graph ? graph->op(graph->output()).shape : Shape{};
}

std::string error(const ModelBuilder& builder) { return testing::errors_of(builder.bytes()); }

// An image [1,4,4,1], weights with 1 in the middle and 2 in the lower right corner of 3x3.
class Conv2D : public ::testing::Test {
 protected:
  Conv2D() {
    image_ = model_.input("image", {1, 4, 4, 1});
    weights_ = model_.floats("weights", {1, 3, 3, 1}, {0, 0, 0, 0, 1, 0, 0, 0, 2});
    bias_ = model_.floats("bias", {1}, {100});
    out_ = model_.tensor("out", {1, 4, 4, 1});
  }

  Conv2DOptionsT& add(std::vector<std::int32_t> inputs) {
    Conv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    OperatorT& op =
        model_.op(BuiltinOperator::CONV_2D, std::move(inputs), {out_}, std::move(options));
    return *op.builtin_options.AsConv2DOptions();
  }

  ModelBuilder model_;
  int image_, weights_, bias_, out_;
};

TEST_F(Conv2D, Same) {
  add({image_, weights_, bias_});
  EXPECT_THAT(evaluated(model_), ElementsAre(113, 116, 119, 104, 125, 128, 131, 108, 137, 140, 143,
                                             112, 113, 114, 115, 116));
}

TEST_F(Conv2D, NeedsNoBias) {
  add({image_, weights_, -1});
  EXPECT_THAT(evaluated(model_),
              ElementsAre(13, 16, 19, 4, 25, 28, 31, 8, 37, 40, 43, 12, 13, 14, 15, 16));
  model_.subgraph().operators[0]->inputs = {image_, weights_};
  EXPECT_THAT(evaluated(model_),
              ElementsAre(13, 16, 19, 4, 25, 28, 31, 8, 37, 40, 43, 12, 13, 14, 15, 16));
}

// An even size with stride 2 is padded at the bottom and right only.
TEST_F(Conv2D, SameWithStrideTwo) {
  Conv2DOptionsT& options = add({image_, weights_});
  options.stride_h = options.stride_w = 2;
  model_.at(out_).shape = {1, 2, 2, 1};
  EXPECT_THAT(evaluated(model_), ElementsAre(6 + 2 * 11, 8, 14, 16));
}

TEST_F(Conv2D, HasAStrideForEachDirection) {
  Conv2DOptionsT& options = add({image_, weights_});
  options.stride_h = 2;
  options.padding = Padding::VALID;
  model_.at(out_).shape = {1, 1, 2, 1};
  EXPECT_THAT(evaluated(model_), ElementsAre(6 + 2 * 11, 7 + 2 * 12));
}

TEST_F(Conv2D, Dilated) {
  Conv2DOptionsT& options = add({image_, weights_});
  options.dilation_h_factor = options.dilation_w_factor = 2;
  EXPECT_THAT(evaluated(model_), ElementsAre(1 + 2 * 11, 2 + 2 * 12, 3, 4, 5 + 2 * 15, 6 + 2 * 16,
                                             7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
}

TEST_F(Conv2D, Activations) {
  Conv2DOptionsT& options = add({image_, weights_, bias_});
  model_.at(bias_).buffer = static_cast<std::uint32_t>(model_.model.buffers.size());
  model_.floats("", {1}, {-12});
  options.fused_activation_function = ActivationFunctionType::RELU;
  EXPECT_THAT(evaluated(model_), ElementsAre(1, 4, 7, 0, 13, 16, 19, 0, 25, 28, 31, 0, 1, 2, 3, 4));
  options.fused_activation_function = ActivationFunctionType::RELU6;
  EXPECT_THAT(evaluated(model_), ElementsAre(1, 4, 6, 0, 6, 6, 6, 0, 6, 6, 6, 0, 1, 2, 3, 4));
  options.fused_activation_function = ActivationFunctionType::RELU_N1_TO_1;
  EXPECT_THAT(evaluated(model_), ElementsAre(1, 1, 1, -1, 1, 1, 1, -1, 1, 1, 1, 0, 1, 1, 1, 1));
  options.fused_activation_function = ActivationFunctionType::TANH;
  EXPECT_NEAR(evaluated(model_)[0], std::tanh(1), 1e-12);
  options.fused_activation_function = ActivationFunctionType::SIGN_BIT;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its activation is SIGN_BIT, expected NONE, RELU, "
            "RELU6, RELU_N1_TO_1 or TANH");
  options.fused_activation_function = static_cast<ActivationFunctionType>(77);
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its activation is 77, expected NONE, RELU, RELU6, "
            "RELU_N1_TO_1 or TANH");
}

// Weights are [co,kh,kw,ci].
TEST_F(Conv2D, ReadsWeightsByOutputChannel) {
  model_.at(image_).shape = {1, 1, 1, 2};
  model_.at(out_).shape = {1, 1, 1, 3};
  const int weights = model_.floats("matrix", {3, 1, 1, 2}, {1, 2, 30, 40, 500, 600});
  add({image_, weights});
  EXPECT_THAT(evaluated(model_), ElementsAre(5, 110, 1700));
}

TEST_F(Conv2D, NamesOpsAfterTensors) {
  add({image_, weights_, bias_}).fused_activation_function = ActivationFunctionType::RELU6;
  const auto graph = testing::read(model_.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(print(*graph),
            "%0 Input 'image' -> [1,4,4,1]\n"
            "%1 Constant 'weights/transposed' -> [3,3,1,1]\n"
            "%2 Constant 'bias' -> [1]\n"
            "%3 Conv2D 'out/Conv2D' (%0, %1, %2) stride=1x1 pad=1,1,1,1 -> [1,4,4,1]\n"
            "%4 Relu6 'out' (%3) -> [1,4,4,1]\n"
            "output %4\n");
  EXPECT_EQ(graph->name, "net");
}

TEST_F(Conv2D, RefusesWhatDoesNotFit) {
  Conv2DOptionsT& options = add({image_, weights_});
  options.stride_w = 0;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its stride is 1x0, expected 1 to 1048576");
  options.stride_w = 1;
  options.dilation_h_factor = -3;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its dilation is -3x1, expected 1 to 1048576");
  options.dilation_h_factor = 1;
  options.padding = static_cast<Padding>(9);
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its padding is 9, expected 0 (SAME) or 1 (VALID)");
  options.padding = Padding::VALID;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': gives [1,2,2,1]; the file says [1,4,4,1]");
  model_.at(weights_).shape = {9, 1};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its weights 'weights' have the shape [9,1], "
            "expected 4 dimensions");
  model_.at(weights_).shape = {1, 1, 3, 3};
  EXPECT_EQ(
      error(model_),
      "net.tflite: op 0 (CONV_2D) 'out': weights [1,3,3,1] do not fit an input of 1 channels");
  model_.subgraph().operators[0]->inputs = {image_, image_};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': its input 1 ('image') must be constant");
  model_.subgraph().operators[0]->inputs = {image_};
  EXPECT_EQ(error(model_), "net.tflite: op 0 (CONV_2D) 'out': has no input 1");
  model_.subgraph().operators[0]->builtin_options.Set(SoftmaxOptionsT());
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (CONV_2D) 'out': has options of type 9, expected 1 (Conv2DOptions)");
}

class Depthwise : public ::testing::Test {
 protected:
  // One pixel of two channels, each with two results.
  Depthwise() {
    const int image = model_.input("image", {1, 1, 1, 2});
    weights_ = model_.floats("weights", {1, 1, 1, 4}, {10, 20, 30, 40});
    const int out = model_.tensor("out", {1, 1, 1, 4});
    DepthwiseConv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    options.depth_multiplier = 2;
    model_.op(BuiltinOperator::DEPTHWISE_CONV_2D, {image, weights_}, {out}, std::move(options));
  }
  DepthwiseConv2DOptionsT& options() {
    return *model_.subgraph().operators[0]->builtin_options.AsDepthwiseConv2DOptions();
  }

  ModelBuilder model_;
  int weights_;
};

TEST_F(Depthwise, MultipliesChannels) {
  EXPECT_THAT(evaluated(model_), ElementsAre(10, 20, 60, 80));
  options().depth_multiplier = 0;
  EXPECT_THAT(evaluated(model_), ElementsAre(10, 20, 60, 80));
}

TEST_F(Depthwise, RefusesOtherMultipliers) {
  options().depth_multiplier = 3;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (DEPTHWISE_CONV_2D) 'out': its depth_multiplier is 3; its weights "
            "[1,1,1,4] say 2");
  model_.at(weights_).shape = {4, 1, 1, 1};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (DEPTHWISE_CONV_2D) 'out': its weights 'weights' have the shape "
            "[4,1,1,1], expected [1,kh,kw,m*2] for an input of 2 channels");
}

TEST(Depthwise2D, HasStridePaddingAndDilation) {
  ModelBuilder model;
  const int image = model.input("image", {1, 5, 5, 1});
  const int weights = model.floats("weights", {1, 2, 2, 1}, {1, 0, 0, 1});
  const int out = model.tensor("out", {1, 2, 2, 1});
  DepthwiseConv2DOptionsT options;
  options.stride_h = options.stride_w = 2;
  options.dilation_h_factor = options.dilation_w_factor = 2;
  options.padding = Padding::VALID;
  model.op(BuiltinOperator::DEPTHWISE_CONV_2D, {image, weights}, {out}, std::move(options));
  EXPECT_THAT(evaluated(model), ElementsAre(1 + 13, 3 + 15, 11 + 23, 13 + 25));
}

class FullyConnected : public ::testing::Test {
 protected:
  FullyConnected() {
    const int image = model_.input("image", {1, 1, 1, 2});
    weights_ = model_.floats("weights", {3, 2}, {1, 2, 30, 40, 500, 600});
    const int bias = model_.floats("bias", {3}, {0.5, 0, -2000});
    out_ = model_.tensor("out", {1, 3});
    model_.op(BuiltinOperator::FULLY_CONNECTED, {image, weights_, bias}, {out_},
              FullyConnectedOptionsT());
  }
  FullyConnectedOptionsT& options() {
    return *model_.subgraph().operators[0]->builtin_options.AsFullyConnectedOptions();
  }
  ModelBuilder model_;
  int weights_, out_;
};

TEST_F(FullyConnected, MultipliesRows) {
  EXPECT_THAT(evaluated(model_), ElementsAre(5.5, 110, -300));
  options().fused_activation_function = ActivationFunctionType::RELU;
  EXPECT_THAT(evaluated(model_), ElementsAre(5.5, 110, 0));
  EXPECT_EQ(output_shape(model_), (Shape{1, 3}));
}

TEST_F(FullyConnected, KeepsDimensions) {
  options().keep_num_dims = true;
  model_.at(out_).shape = {1, 1, 1, 3};
  EXPECT_EQ(output_shape(model_), (Shape{1, 1, 1, 3}));
}

TEST_F(FullyConnected, RefusesWhatDoesNotFit) {
  options().weights_format = WeightsFormat::SHUFFLED4x16INT8;
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (FULLY_CONNECTED) 'out': its weights are shuffled for 8-bit "
            "arithmetic, which slimc does not read");
  options().weights_format = WeightsFormat::DEFAULT;
  model_.at(weights_).shape = {2, 3};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (FULLY_CONNECTED) 'out': weights [2,3] do not fit an input of shape "
            "[1,1,1,2]");
  model_.at(weights_).shape = {6};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (FULLY_CONNECTED) 'out': its weights 'weights' have the shape [6], "
            "expected 2 dimensions");
}

ModelBuilder pool(BuiltinOperator code, std::int32_t window, std::int32_t stride, Padding padding,
                  std::vector<std::int32_t> shape) {
  ModelBuilder model;
  const int image = model.input("image", {1, 3, 3, 1});
  const int out = model.tensor("out", std::move(shape));
  Pool2DOptionsT options;
  options.filter_height = options.filter_width = window;
  options.stride_h = options.stride_w = stride;
  options.padding = padding;
  model.op(code, {image}, {out}, std::move(options));
  return model;
}

// Pixels outside the image are not counted.
TEST(Pool, Average) {
  EXPECT_THAT(evaluated(pool(BuiltinOperator::AVERAGE_POOL_2D, 3, 1, Padding::VALID, {1, 1, 1, 1})),
              ElementsAre(5));
  EXPECT_THAT(evaluated(pool(BuiltinOperator::AVERAGE_POOL_2D, 2, 2, Padding::SAME, {1, 2, 2, 1})),
              ElementsAre(3, 4.5, 7.5, 9));
}

TEST(Pool, Max) {
  EXPECT_THAT(evaluated(pool(BuiltinOperator::MAX_POOL_2D, 2, 1, Padding::VALID, {1, 2, 2, 1})),
              ElementsAre(5, 6, 8, 9));
}

TEST(Pool, HasAnActivation) {
  ModelBuilder model = pool(BuiltinOperator::MAX_POOL_2D, 2, 1, Padding::VALID, {1, 2, 2, 1});
  model.subgraph().operators[0]->builtin_options.AsPool2DOptions()->fused_activation_function =
      ActivationFunctionType::RELU6;
  EXPECT_THAT(evaluated(model), ElementsAre(5, 6, 6, 6));
}

TEST(Pool, RefusesAnEmptyWindow) {
  EXPECT_EQ(error(pool(BuiltinOperator::MAX_POOL_2D, 0, 1, Padding::VALID, {1, 2, 2, 1})),
            "net.tflite: op 0 (MAX_POOL_2D) 'out': its window is 0x0, expected 1 to 1048576");
}

ModelBuilder reduction(BuiltinOperator code, std::vector<std::int32_t> axes, bool keep_dims) {
  ModelBuilder model;
  const int image = model.input("image", {1, 2, 2, 1});
  const int axis = model.integers("axes", std::move(axes));
  const int out = model.tensor(
      "out", keep_dims ? std::vector<std::int32_t>{1, 1, 1, 1} : std::vector<std::int32_t>{1, 1});
  ReducerOptionsT options;
  options.keep_dims = keep_dims;
  model.op(code, {image, axis}, {out}, std::move(options));
  return model;
}

TEST(Reduce, MeanAndMax) {
  EXPECT_THAT(evaluated(reduction(BuiltinOperator::MEAN, {1, 2}, false)), ElementsAre(2.5));
  EXPECT_THAT(evaluated(reduction(BuiltinOperator::MEAN, {-2, -3}, true)), ElementsAre(2.5));
  EXPECT_THAT(evaluated(reduction(BuiltinOperator::REDUCE_MAX, {2, 1}, true)), ElementsAre(4));
}

TEST(Reduce, RefusesOtherAxes) {
  EXPECT_EQ(error(reduction(BuiltinOperator::MEAN, {1, 3}, false)),
            "net.tflite: op 0 (MEAN) 'out': reduces the axes [1,3] of [1,2,2,1]; slimc reduces "
            "height and width, [1,2]");
  EXPECT_EQ(error(reduction(BuiltinOperator::SUM, {0}, false)),
            "net.tflite: op 0 (SUM) 'out': reduces the axes [0] of [1,2,2,1]; slimc reduces height "
            "and width, [1,2], or the last axis");
}

ModelBuilder reshape(std::vector<std::int32_t> to, std::vector<std::int32_t> shape) {
  ModelBuilder model;
  const int image = model.input("image", {1, 2, 2, 3});
  const int target = model.integers("shape", std::move(to));
  const int out = model.tensor("out", std::move(shape));
  model.op(BuiltinOperator::RESHAPE, {image, target}, {out}, ReshapeOptionsT());
  return model;
}

TEST(Reshape, ToATensor) {
  EXPECT_EQ(output_shape(reshape({1, 12}, {1, 12})), (Shape{1, 12}));
  EXPECT_EQ(output_shape(reshape({-1, 6}, {2, 6})), (Shape{2, 6}));
}

// As files of old versions have it.
TEST(Reshape, ToAnOption) {
  ModelBuilder model = reshape({1, 12}, {1, 12});
  OperatorT& op = *model.subgraph().operators[0];
  op.inputs.pop_back();
  EXPECT_EQ(error(model),
            "net.tflite: op 0 (RESHAPE) 'out': has neither a tensor nor an option for its shape");
  op.builtin_options.AsReshapeOptions()->new_shape = {1, 12};
  EXPECT_EQ(output_shape(model), (Shape{1, 12}));
}

TEST(Reshape, KeepsUpWithTheBatch) {
  ModelRequest request;
  request.batch = 3;
  EXPECT_EQ(output_shape(reshape({1, 12}, {1, 12}), request), (Shape{3, 12}));
  EXPECT_EQ(output_shape(reshape({-1, 12}, {1, 12}), request), (Shape{3, 12}));
}

TEST(Reshape, RefusesOtherSizes) {
  const std::string begin = "net.tflite: op 0 (RESHAPE) 'out': cannot reshape [1,2,2,3] to ";
  EXPECT_EQ(error(reshape({1, 13}, {1, 13})), begin + "[1,13]");
  EXPECT_EQ(error(reshape({-1, -1}, {1, 12})), begin + "[-1,-1]");
  EXPECT_EQ(error(reshape({-2, 6}, {1, 12})), begin + "[-2,6]");
  EXPECT_EQ(error(reshape({1 << 30, 1 << 30, 1 << 30}, {1, 12})),
            begin + "[1073741824,1073741824,1073741824]");
}

ModelBuilder squeeze(std::vector<std::int32_t> dims, std::vector<std::int32_t> shape) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 3});
  const int out = model.tensor("out", std::move(shape));
  SqueezeOptionsT options;
  options.squeeze_dims = std::move(dims);
  model.op(BuiltinOperator::SQUEEZE, {image}, {out}, std::move(options));
  return model;
}

TEST(Squeeze, DropsDimensionsOfOne) {
  EXPECT_EQ(output_shape(squeeze({1, 2}, {1, 3})), (Shape{1, 3}));
  EXPECT_EQ(output_shape(squeeze({-2, 1}, {1, 3})), (Shape{1, 3}));
  EXPECT_EQ(output_shape(squeeze({}, {3})), (Shape{3}));
}

TEST(Squeeze, RefusesOthers) {
  EXPECT_EQ(error(squeeze({3}, {1, 3})),
            "net.tflite: op 0 (SQUEEZE) 'out': cannot squeeze dimension 3 of [1,1,1,3]: expected "
            "size 1");
  EXPECT_EQ(error(squeeze({-5}, {1, 3})),
            "net.tflite: op 0 (SQUEEZE) 'out': cannot squeeze dimension -5 of [1,1,1,3]: expected "
            "size 1");
}

ModelBuilder softmax(float beta) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 3});
  const int out = model.tensor("out", {1, 1, 1, 3});
  SoftmaxOptionsT options;
  options.beta = beta;
  model.op(BuiltinOperator::SOFTMAX, {image}, {out}, std::move(options));
  return model;
}

TEST(Softmax, OfAnyBeta) {
  EXPECT_THAT(evaluated(softmax(1)),
              Pointwise(DoubleNear(1e-9), {0.09003057317, 0.24472847105, 0.66524095577}));
  // exp(0.5 * 1), exp(0.5 * 2), exp(0.5 * 3) over their sum.
  EXPECT_THAT(evaluated(softmax(0.5)),
              Pointwise(DoubleNear(1e-9), {0.18632372322, 0.30719588571, 0.50648039107}));
  EXPECT_EQ(error(softmax(std::numeric_limits<float>::infinity())),
            "net.tflite: op 0 (SOFTMAX) 'out': its beta is inf");
}

class Pad : public ::testing::Test {
 protected:
  Pad() {
    image_ = model_.input("image", {1, 1, 1, 1});
    paddings_ = model_.integers("paddings", {0, 0, 1, 0, 0, 2, 0, 0});
    model_.at(paddings_).shape = {4, 2};
    out_ = model_.tensor("out", {1, 2, 3, 1});
  }
  ModelBuilder model_;
  int image_, paddings_, out_;
};

TEST_F(Pad, PutsZerosAround) {
  model_.op(BuiltinOperator::PAD, {image_, paddings_}, {out_});
  EXPECT_THAT(evaluated(model_), ElementsAre(0, 0, 0, 1, 0, 0));
}

TEST_F(Pad, V2WithZero) {
  const int zero = model_.floats("zero", {1}, {0});
  model_.op(BuiltinOperator::PADV2, {image_, paddings_, zero}, {out_});
  EXPECT_THAT(evaluated(model_), ElementsAre(0, 0, 0, 1, 0, 0));
}

TEST_F(Pad, RefusesOthers) {
  const int one = model_.floats("one", {1}, {1});
  const int channels = model_.integers("channels", {0, 0, 0, 0, 0, 0, 1, 0});
  OperatorT& op = model_.op(BuiltinOperator::PADV2, {image_, paddings_, one}, {out_});
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (PADV2) 'out': pads with something else than 0, which slimc does not "
            "do");
  op.inputs = {image_, channels};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (PADV2) 'out': its paddings are [0,0,0,0,0,0,1,0], expected "
            "[[0,0],[top,bottom],[left,right],[0,0]]");
  op.inputs = {image_, image_};
  EXPECT_EQ(error(model_),
            "net.tflite: op 0 (PADV2) 'out': its input 1 ('image') must be constant integers");
  op.inputs = {image_, one};
  EXPECT_EQ(error(model_), "net.tflite: tensor 'one': is FLOAT32; expected INT32 or INT64");
}

ModelBuilder binary(BuiltinOperator code) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 2, 2});
  const int y = model.floats("y", {2}, {2, 8});
  const int out = model.tensor("out", {1, 1, 2, 2});
  model.op(code, {image, y}, {out});
  return model;
}

TEST(Elementwise, Binary) {
  EXPECT_THAT(evaluated(binary(BuiltinOperator::ADD)), ElementsAre(3, 10, 5, 12));
  EXPECT_THAT(evaluated(binary(BuiltinOperator::SUB)), ElementsAre(-1, -6, 1, -4));
  EXPECT_THAT(evaluated(binary(BuiltinOperator::MUL)), ElementsAre(2, 16, 6, 32));
  EXPECT_THAT(evaluated(binary(BuiltinOperator::DIV)), ElementsAre(0.5, 0.25, 1.5, 0.5));
  EXPECT_THAT(evaluated(binary(BuiltinOperator::MAXIMUM)), ElementsAre(2, 8, 3, 8));
  EXPECT_THAT(evaluated(binary(BuiltinOperator::MINIMUM)), ElementsAre(1, 2, 2, 4));
}

TEST(Elementwise, BinaryWithActivation) {
  ModelBuilder model = binary(BuiltinOperator::SUB);
  SubOptionsT options;
  options.fused_activation_function = ActivationFunctionType::RELU;
  model.subgraph().operators[0]->builtin_options.Set(std::move(options));
  EXPECT_THAT(evaluated(model), ElementsAre(0, 0, 1, 0));
}

TEST(Elementwise, RefusesShapesThatDoNotFit) {
  ModelBuilder model = binary(BuiltinOperator::ADD);
  model.at(1).shape = {2, 1, 1, 1};
  model.at(0).shape = {3, 1, 1, 1};
  EXPECT_EQ(error(model),
            "net.tflite: op 0 (ADD) 'out': [3,1,1,1] and [2,1,1,1] cannot be broadcast together");
}

ModelBuilder unary(BuiltinOperator code) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 8});
  const int shift = model.floats("shift", {1}, {-1.5});
  const int moved = model.tensor("moved", {1, 1, 1, 8});
  const int out = model.tensor("out", {1, 1, 1, 8});
  model.op(BuiltinOperator::ADD, {image, shift}, {moved});
  model.op(code, {moved}, {out});
  return model;
}

TEST(Elementwise, Unary) {
  EXPECT_THAT(evaluated(unary(BuiltinOperator::RELU)),
              ElementsAre(0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5));
  EXPECT_THAT(evaluated(unary(BuiltinOperator::RELU6)),
              ElementsAre(0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6));
}

// 1.0 is 0x3c00, -2.5 is 0xc100, 65504 0x7bff; 0x0001 is 2^-24
// (https://en.wikipedia.org/wiki/Half-precision_floating-point_format, "Half precision examples").
ModelBuilder halves(std::vector<std::uint16_t> values) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 4});
  const int half = model.halves("half", {4}, values);
  const int single = model.tensor("single", {4});
  const int out = model.tensor("out", {1, 1, 1, 4});
  model.op(BuiltinOperator::DEQUANTIZE, {half}, {single});
  model.op(BuiltinOperator::MUL, {image, single}, {out});
  return model;
}

TEST(Dequantize, OfHalves) {
  EXPECT_THAT(evaluated(halves({0x3c00, 0xc100, 0x7bff, 0x0001})),
              ElementsAre(1, -5, 3 * 65504., 4 * 0x1p-24));
}

TEST(Dequantize, OfHalvesThatAreNoNumbers) {
  EXPECT_EQ(error(halves({0x3c00, 0x7c00, 0, 0})),
            "net.tflite: tensor 'half': element 1 ([1]) is infinity; weights must be finite");
  EXPECT_EQ(error(halves({0x3c00, 0, 0xfe00, 0})),
            "net.tflite: tensor 'half': element 2 ([2]) is NaN; weights must be finite");
}

// Every op that is no op of slimc's, in one go.
TEST(Catalogue, NamesEveryUnknownOp) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 4});
  const int a = model.tensor("a", {1, 1, 1, 4});
  const int b = model.tensor("b", {1, 1, 1, 4});
  const int c = model.tensor("c", {1, 1, 1, 4});
  const int unused = model.tensor("unused", {1, 1, 1, 4});
  model.op(BuiltinOperator::PRELU, {image}, {a});
  model.op(BuiltinOperator::CUSTOM, {a}, {b});
  model.model.operator_codes.back()->custom_code = "Convolution2DTransposeBias";
  model.op(BuiltinOperator::TANH, {b}, {unused});
  model.op(static_cast<BuiltinOperator>(999), {b}, {c});
  EXPECT_EQ(error(model),
            "net.tflite: op 0 (PRELU) 'a': is not supported\n"
            "net.tflite: op 1 (CUSTOM Convolution2DTransposeBias) 'b': is not supported\n"
            "net.tflite: op 3 (builtin op 999) 'c': is not supported");
}

// Files before TensorFlow 2.4 have the old field alone.
TEST(Catalogue, ReadsTheOldFieldForOps) {
  ModelBuilder model = binary(BuiltinOperator::MUL);
  model.model.operator_codes[0]->builtin_code = BuiltinOperator::ADD;
  EXPECT_THAT(evaluated(model), ElementsAre(2, 16, 6, 32));
  model.model.operator_codes[0]->builtin_code = BuiltinOperator::MAXIMUM;
  model.model.operator_codes[0]->deprecated_builtin_code = 0;
  EXPECT_THAT(evaluated(model), ElementsAre(2, 8, 3, 8));
}

}  // namespace
}  // namespace slimc::frontend
