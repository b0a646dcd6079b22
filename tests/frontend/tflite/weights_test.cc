// Weights in fewer bits than 32, in groups, and outside of the FlatBuffer.
#include <gmock/gmock.h>

#include <cstring>

#include "frontend/tflite/load_tflite.h"
#include "tests/frontend/tflite/evaluated.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using ::testing::ElementsAre;
using testing::evaluated;
using testing::ModelBuilder;

// One pixel [1,1,1,2] with the channels 1 and 2, and a 1x1 convolution to three channels.
class Weights : public ::testing::Test {
 protected:
  Weights() {
    image_ = model_.input("image", {1, 1, 1, 2});
    out_ = model_.tensor("out", {1, 1, 1, 3});
  }

  void convolve(int weights) {
    Conv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    model_.op(BuiltinOperator::CONV_2D, {image_, weights}, {out_}, std::move(options));
  }
  int dequantised(int stored) {
    const int floats = model_.tensor("floats", {3, 1, 1, 2});
    model_.op(BuiltinOperator::DEQUANTIZE, {stored}, {floats});
    return floats;
  }
  // "" where nothing is warned of.
  std::string warnings() const {
    testing::Warnings reporter;
    ModelRequest request;
    request.model = "net.tflite";
    const auto graph = read_tflite(model_.bytes(), request, reporter);
    return graph ? reporter.text : graph.error().to_string();
  }

  ModelBuilder model_;
  int image_, out_;
};

TEST_F(Weights, OfOneScale) {
  convolve(dequantised(model_.quantised("w", {3, 1, 1, 2}, TensorType::INT8,
                                        {1, 2, 3, 4, -128, 127}, {0.5f}, {-1})));
  EXPECT_THAT(evaluated(model_), ElementsAre(1 + 3, 2 + 5, -63.5 + 128));
  EXPECT_EQ(warnings(),
            "net.tflite: 1 of its constants are stored as INT8: compiled as float32, with the "
            "numbers that they stand for\n");
}

TEST_F(Weights, OfAScaleForEachChannel) {
  convolve(dequantised(model_.quantised("w", {3, 1, 1, 2}, TensorType::INT8, {1, 2, 1, 2, 1, 2},
                                        {1, 10, 100}, {0, 0, 1})));
  EXPECT_THAT(evaluated(model_), ElementsAre(5, 50, 200));
}

TEST_F(Weights, OfAScaleForEachInput) {
  convolve(dequantised(
      model_.quantised("w", {3, 1, 1, 2}, TensorType::INT8, {1, 2, 3, 4, 5, 6}, {1, 10}, {}, 3)));
  EXPECT_THAT(evaluated(model_), ElementsAre(1 + 40, 3 + 80, 5 + 120));
}

TEST_F(Weights, Unsigned) {
  convolve(dequantised(model_.quantised("w", {3, 1, 1, 2}, TensorType::UINT8,
                                        {-128, -127, 0, 1, -1, 127}, {1}, {128})));
  EXPECT_THAT(evaluated(model_), ElementsAre(2, -128 - 2 * 127, 127 - 2));
}

TEST_F(Weights, Wide) {
  const int stored = model_.quantised("w", {3, 1, 1, 2}, TensorType::INT16,
                                      {0, 1, 0, 0, -1, -1, 0, 0, 0, 0, 1, 0}, {0.5f});
  convolve(dequantised(stored));
  EXPECT_THAT(evaluated(model_), ElementsAre(128, -0.5, 1));
}

// Two in a byte, the first in its lower half.
TEST_F(Weights, OfFourBits) {
  convolve(dequantised(
      model_.quantised("w", {3, 1, 1, 2}, TensorType::INT4, {0x21, 0x78, -0x10 + 3}, {1})));
  EXPECT_THAT(evaluated(model_), ElementsAre(1 + 4, -8 + 14, 3 - 2));
  EXPECT_THAT(warnings(), ::testing::HasSubstr(" are stored as INT4: "));
}

TEST_F(Weights, OfDynamicRange) {
  convolve(
      model_.quantised("w", {3, 1, 1, 2}, TensorType::INT8, {1, 2, 1, 2, 1, -2}, {1, 10, 100}));
  EXPECT_THAT(evaluated(model_), ElementsAre(5, 50, -300));
  EXPECT_EQ(warnings(),
            "net.tflite: 1 of its constants are stored as INT8: compiled as float32, with the "
            "numbers that they stand for; TFLite also rounds what it multiplies them with to 8 "
            "bits, so that its results differ a little (dynamic range)\n");
}

// The first converter of this kind called its INT8 weights UINT8, and kernels read them so.
TEST_F(Weights, OfDynamicRangeCalledUnsigned) {
  convolve(model_.quantised("w", {3, 1, 1, 2}, TensorType::UINT8, {1, 2, 1, 2, 1, -2}, {10}));
  EXPECT_THAT(evaluated(model_), ElementsAre(50, 50, -30));
}

TEST_F(Weights, OfOtherTypes) {
  const int stored = model_.quantised("w", {3, 1, 1, 2}, TensorType::BFLOAT16,
                                      {0, 1, 0, 0, -1, -1, 0, 0, 0, 0, 1, 0}, {});
  convolve(dequantised(stored));
  EXPECT_EQ(warnings(), "net.tflite: tensor 'w': is BFLOAT16; expected FLOAT32");
  model_.at(stored).type = TensorType::INT2;
  EXPECT_EQ(warnings(), "net.tflite: tensor 'w': is INT2; expected FLOAT32");
}

// What files of more than 2 GB do.
TEST_F(Weights, BehindTheFlatBuffer) {
  const int weights = model_.floats("w", {3, 1, 1, 2}, {});
  convolve(weights);
  BufferT& buffer = *model_.model.buffers[model_.at(weights).buffer];
  buffer.data.clear();
  buffer.size = 24;
  buffer.offset = 1;  // as long as it is not known; takes as much room as the number itself
  const std::size_t at = model_.bytes().size() + 3;
  buffer.offset = at;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  std::string bytes = model_.bytes();
  ASSERT_LE(bytes.size(), at);
  bytes.resize(at);
  bytes.append(reinterpret_cast<const char*>(values.data()), 24);
  const auto graph = testing::read(bytes);
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_THAT(reference::evaluate(*graph, {Shape{1, 1, 1, 2}, {1, 2}}).data,
              ElementsAre(5, 11, 17));
  bytes.pop_back();
  EXPECT_EQ(testing::errors_of(bytes), "net.tflite: tensor 'w': is 24 bytes at byte " +
                                           std::to_string(at) + " of a file of " +
                                           std::to_string(bytes.size()));
}

// Channels 1 to 4; an output sees those of its group alone.
ModelBuilder grouped(std::vector<std::int32_t> shape, std::vector<float> values,
                     std::int32_t outputs) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 4});
  const int weights = model.floats("weights", std::move(shape), std::move(values));
  const int out = model.tensor("out", {1, 1, 1, outputs});
  Conv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  model.op(BuiltinOperator::CONV_2D, {image, weights}, {out}, std::move(options));
  return model;
}

TEST(Groups, OfSeveralChannels) {
  EXPECT_THAT(evaluated(grouped({4, 1, 1, 2}, {1, 10, 2, 20, 3, 30, 4, 40}, 4)),
              ElementsAre(1 + 20, 2 + 40, 9 + 120, 12 + 160));
}

TEST(Groups, OfOneChannelAreDepthwise) {
  const ModelBuilder model = grouped({8, 1, 1, 1}, {1, 2, 3, 4, 5, 6, 7, 8}, 8);
  EXPECT_THAT(evaluated(model), ElementsAre(1, 2, 6, 8, 15, 18, 28, 32));
  const auto graph = testing::read(model.bytes());
  ASSERT_TRUE(graph.has_value());
  EXPECT_EQ(graph->op(graph->output()).kind, OpKind::DepthwiseConv2D);
}

TEST(Groups, ThatDoNotFit) {
  EXPECT_EQ(
      testing::errors_of(grouped({3, 1, 1, 2}, {1, 2, 3, 4, 5, 6}, 3).bytes()),
      "net.tflite: op 0 (CONV_2D) 'out': has 3 outputs in 2 groups: its weights 'weights' are "
      "[3,1,1,2] for an input of 4 channels");
  EXPECT_EQ(
      testing::errors_of(grouped({2, 1, 1, 3}, {1, 2, 3, 4, 5, 6}, 2).bytes()),
      "net.tflite: op 0 (CONV_2D) 'out': weights [1,1,3,2] do not fit an input of 4 channels");
}

}  // namespace
}  // namespace slimc::frontend
