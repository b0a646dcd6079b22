// What is imported against what TFLite itself computes: public files, the files that write_model.py
// writes, and small models of every op that is read, each given as one of the file's outputs.
#include "tests/frontend/tflite/litert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "compiler/reference/evaluate.h"
#include "frontend/frontend.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/tflite/model_builder.h"
#include "tests/frontend/tflite/scripts.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using testing::ModelBuilder;

const std::filesystem::path kModels = std::filesystem::path(SLIMC_SOURCE_DIR) / "../shared/models";

class Litert : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::no_litert(); !why.empty()) GTEST_SKIP() << why;
  }

  // The outputs of both for random numbers, or random bytes where the file takes these.
  void compare(const std::filesystem::path& path, double tolerance, bool of_bytes = false) {
    SilentReporter reporter;
    ModelRequest request;
    request.model = path;
    const auto whole = load_model(request, reporter);
    ASSERT_TRUE(whole.has_value()) << whole.error().to_string();
    std::mt19937 random(1);
    reference::DoubleTensor image{whole->op(whole->input).shape, {}};
    std::string bytes;
    for (std::int64_t i = 0; i < image.shape.elements(); ++i) {
      const unsigned pixel = random() % 256;
      const float number =
          of_bytes ? static_cast<float>(pixel) : static_cast<float>(pixel) / 127.5f - 1.0f;
      image.data.push_back(number);
      if (of_bytes) {
        bytes += static_cast<char>(pixel);
      } else {
        bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
      }
    }
    // Its names are a signature's, where the file has one, and those of tensors otherwise.
    const auto expected = testing::run_litert(path, bytes);
    ASSERT_EQ(expected.size(), whole->outputs.size());
    for (const auto& output : expected) request.output_nodes.push_back(output.name);
    const auto graph = load_model(request, reporter);
    ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
    const auto found = reference::evaluate_outputs(*graph, image);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& [name, values] = expected[i];
      EXPECT_EQ(graph->outputs[i].name, name);
      ASSERT_EQ(values.size(), found[i].data.size()) << name;
      for (std::size_t k = 0; k < values.size(); ++k) {
        ASSERT_NEAR(found[i].data[k], values[k], tolerance) << name << " at " << k;
      }
    }
  }

  void compare(const ModelBuilder& model, double tolerance, bool of_bytes = false) {
    const std::filesystem::path path = folder_ / "net.tflite";
    std::ofstream(path, std::ios::binary) << model.bytes();
    compare(path, tolerance, of_bytes);
  }

  const slimc::testing::TemporaryFolder folder_;
};

class PublicFile : public Litert, public ::testing::WithParamInterface<const char*> {};

TEST_P(PublicFile, GivesWhatTFLiteGives) {
  const std::filesystem::path path = kModels / "public" / (std::string(GetParam()) + ".tflite");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  compare(path, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Float, PublicFile,
                         ::testing::Values("mbnet128_0.25_f", "food101_0.50_224",
                                           "mlperf_vww_96_float"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

class WrittenFile : public Litert, public ::testing::WithParamInterface<const char*> {};

// The judge of the writer too.
TEST_P(WrittenFile, GivesWhatTFLiteGives) {
  if (const std::string why = testing::no_writer(); !why.empty()) GTEST_SKIP() << why;
  const std::filesystem::path path = folder_ / "net.tflite";
  const std::string style = GetParam();
  ASSERT_TRUE(testing::write_model(path, style));
  // Dynamic range: TFLite rounds the activations too.
  compare(path, style == "dynamic_range" ? 0.02 : 1e-5, style == "tf2");
}

INSTANTIATE_TEST_SUITE_P(Styles, WrittenFile,
                         ::testing::Values("classic", "spelt_out", "tf2", "float16",
                                           "dynamic_range"),
                         [](const auto& info) { return std::string(info.param); });

// A model whose ops all read `x`, an image [1,4,6,8], or something made of it.
class SmallModel : public Litert {
 protected:
  SmallModel() { x_ = model_.input("x", {1, 4, 6, 8}); }

  // An op with its result as one more output of the file.
  template <typename... Options>
  int add(BuiltinOperator code, std::vector<std::int32_t> inputs, std::vector<std::int32_t> shape,
          Options... options) {
    const int out = model_.tensor("out" + std::to_string(outputs_.size()), std::move(shape));
    model_.op(code, std::move(inputs), {out}, std::move(options)...);
    outputs_.push_back(out);
    model_.subgraph().outputs = outputs_;
    return out;
  }

  // An op that gives `x` another shape, and one behind it, because the runtime does not fill
  // outputs that are the input's memory.
  void add_shaped(BuiltinOperator code, std::vector<std::int32_t> inputs,
                  std::vector<std::int32_t> shape) {
    const int shaped = model_.tensor("shaped" + std::to_string(outputs_.size()), shape);
    model_.op(code, std::move(inputs), {shaped});
    add(BuiltinOperator::RELU6, {shaped}, std::move(shape));
  }

  // An integer that is computed, and no output.
  template <typename... Options>
  int integers(BuiltinOperator code, std::vector<std::int32_t> inputs,
               std::vector<std::int32_t> shape, Options... options) {
    const int out = model_.tensor("i" + std::to_string(model_.subgraph().tensors.size()),
                                  std::move(shape), TensorType::INT32);
    model_.op(code, std::move(inputs), {out}, std::move(options)...);
    model_.subgraph().outputs = outputs_;
    return out;
  }

  std::vector<float> random_floats(std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random_() % 2001) / 1000.0f - 1.0f;
    return values;
  }
  std::vector<std::int8_t> random_bytes(std::size_t count) {
    std::vector<std::int8_t> values(count);
    for (auto& value : values) value = static_cast<std::int8_t>(random_() % 255 - 127);
    return values;
  }

  static Conv2DOptionsT convolution(int stride, Padding padding = Padding::SAME) {
    Conv2DOptionsT options;
    options.stride_h = options.stride_w = stride;
    options.padding = padding;
    return options;
  }

  std::mt19937 random_{7};
  ModelBuilder model_;
  int x_;
  std::vector<std::int32_t> outputs_;
};

TEST_F(SmallModel, OfActivations) {
  const std::vector<std::int32_t> shape = {1, 4, 6, 8};
  const int three = model_.floats("three", {}, {5});
  const int wide = add(BuiltinOperator::MUL, {x_, three}, shape);
  for (const BuiltinOperator code :
       {BuiltinOperator::RELU, BuiltinOperator::RELU6, BuiltinOperator::RELU_N1_TO_1,
        BuiltinOperator::LOGISTIC, BuiltinOperator::TANH, BuiltinOperator::ELU,
        BuiltinOperator::HARD_SWISH, BuiltinOperator::EXP, BuiltinOperator::RELU_0_TO_1}) {
    add(code, {wide}, shape);
  }
  const int positive = add(BuiltinOperator::EXP, {x_}, shape);
  add(BuiltinOperator::SQRT, {positive}, shape);
  add(BuiltinOperator::RSQRT, {positive}, shape);
  LeakyReluOptionsT leaky;
  leaky.alpha = 0.3f;
  add(BuiltinOperator::LEAKY_RELU, {wide}, shape, leaky);
  AddOptionsT options;
  for (const auto activation : {ActivationFunctionType::RELU, ActivationFunctionType::RELU6,
                                ActivationFunctionType::RELU_N1_TO_1}) {
    options.fused_activation_function = activation;
    add(BuiltinOperator::ADD, {wide, x_}, shape, options);
  }
  compare(model_, 1e-4);
}

TEST_F(SmallModel, OfReductionsAndSoftmax) {
  const std::vector<std::int32_t> shape = {1, 4, 6, 8};
  const int image = model_.integers("image", {1, 2});
  const int backwards = model_.integers("backwards", {-2, 1});
  const int last = model_.scalar("last", -1);
  ReducerOptionsT keep;
  keep.keep_dims = true;
  ReducerOptionsT drop;
  for (const BuiltinOperator code :
       {BuiltinOperator::MEAN, BuiltinOperator::SUM, BuiltinOperator::REDUCE_MAX}) {
    add(code, {x_, image}, {1, 1, 1, 8}, keep);
    add(code, {x_, backwards}, {1, 8}, drop);
    if (code == BuiltinOperator::MEAN) continue;
    add(code, {x_, last}, {1, 4, 6, 1}, keep);
    add(code, {x_, last}, {1, 4, 6}, drop);
  }
  for (const float beta : {1.0f, 0.25f, -3.0f}) {
    SoftmaxOptionsT softmax;
    softmax.beta = beta;
    add(BuiltinOperator::SOFTMAX, {x_}, shape, softmax);
  }
  // As Keras' old softmax of images is converted.
  const int max = add(BuiltinOperator::REDUCE_MAX, {x_, last}, {1, 4, 6, 1}, keep);
  const int sub = add(BuiltinOperator::SUB, {x_, max}, shape);
  const int exp = add(BuiltinOperator::EXP, {sub}, shape);
  const int sum = add(BuiltinOperator::SUM, {exp, last}, {1, 4, 6, 1}, keep);
  add(BuiltinOperator::DIV, {exp, sum}, shape);
  compare(model_, 1e-4);
}

// The batch is open, and shapes are computed at run time.
TEST_F(SmallModel, OfShapes) {
  model_.at(x_).shape_signature = {-1, 4, 6, 8};
  ShapeOptionsT type;
  type.out_type = TensorType::INT32;
  const int shape = integers(BuiltinOperator::SHAPE, {x_}, {4}, type);
  const int zero = model_.integers("zero", {0}), one = model_.integers("one", {1});
  const int two = model_.integers("two", {2}), end = model_.integers("end", {-1});
  StridedSliceOptionsT first;
  first.shrink_axis_mask = 1;
  const int batch = integers(BuiltinOperator::STRIDED_SLICE, {shape, zero, one, one}, {}, first);
  const int count = model_.scalar("count", 192);
  PackOptionsT pack;
  pack.values_count = 2;
  const int flat = integers(BuiltinOperator::PACK, {batch, count}, {2}, pack);
  add_shaped(BuiltinOperator::RESHAPE, {x_, flat}, {1, 192});

  StridedSliceOptionsT rest;
  rest.end_mask = 1;
  const int tail = integers(BuiltinOperator::STRIDED_SLICE, {shape, one, one, one}, {3}, rest);
  ReducerOptionsT keep;
  keep.keep_dims = true;
  const int product = integers(BuiltinOperator::REDUCE_PROD, {tail, zero}, {1}, keep);
  ConcatenationOptionsT concatenation;
  const int joined = integers(BuiltinOperator::CONCATENATION, {end, product}, {2}, concatenation);
  add_shaped(BuiltinOperator::RESHAPE, {x_, joined}, {1, 192});

  const int indices = model_.integers("indices", {3, 0, 1});
  const int gathered = integers(BuiltinOperator::GATHER, {shape, indices}, {3}, GatherOptionsT());
  const int six = model_.integers("six", {6});
  const int whole = integers(BuiltinOperator::CONCATENATION, {gathered, six}, {4}, concatenation);
  add_shaped(BuiltinOperator::RESHAPE, {x_, whole}, {8, 1, 4, 6});

  const int three = model_.scalar("three", 3);
  const int tripled = integers(BuiltinOperator::MUL, {batch, three}, {}, MulOptionsT());
  const int axis = model_.scalar("axis", 0);
  const int vector = integers(BuiltinOperator::EXPAND_DIMS, {tripled, axis}, {1});
  const int ends = integers(BuiltinOperator::CONCATENATION, {vector, end}, {2}, concatenation);
  add_shaped(BuiltinOperator::RESHAPE, {x_, ends}, {3, 64});

  const int filled = integers(BuiltinOperator::FILL, {two, three}, {2});
  const int doubled = integers(BuiltinOperator::ADD, {filled, six}, {2}, AddOptionsT());
  const int least = integers(BuiltinOperator::MINIMUM, {doubled, count}, {2});
  const int most = integers(BuiltinOperator::MAXIMUM, {least, three}, {2});
  const int part = integers(BuiltinOperator::SLICE, {most, one, one}, {1});
  const int less = integers(BuiltinOperator::SUB, {part, one}, {1}, SubOptionsT());
  const int half = integers(BuiltinOperator::DIV, {less, two}, {1}, DivOptionsT());
  const int same = integers(BuiltinOperator::CAST, {half}, {1});
  const int floor = integers(BuiltinOperator::FLOOR_DIV, {same, one}, {1});
  const int quarters = integers(BuiltinOperator::CONCATENATION, {floor, end}, {2}, concatenation);
  add_shaped(BuiltinOperator::RESHAPE, {x_, quarters}, {4, 48});

  const int position = model_.scalar("position", -2);
  add_shaped(BuiltinOperator::EXPAND_DIMS, {x_, position}, {1, 4, 6, 1, 8});
  const int order = model_.integers("order", {1, 0, 2, 3});
  add_shaped(BuiltinOperator::TRANSPOSE, {x_, order}, {4, 1, 6, 8});
  compare(model_, 0);
}

TEST_F(SmallModel, OfConvolutions) {
  const int weights = model_.floats("weights", {6, 3, 3, 8}, random_floats(6 * 9 * 8));
  const int bias = model_.floats("bias", {6}, random_floats(6));
  add(BuiltinOperator::CONV_2D, {x_, weights, bias}, {1, 2, 3, 6}, convolution(2));
  add(BuiltinOperator::CONV_2D, {x_, weights, bias}, {1, 2, 4, 6}, convolution(1, Padding::VALID));
  Conv2DOptionsT dilated = convolution(1);
  dilated.dilation_h_factor = dilated.dilation_w_factor = 2;
  add(BuiltinOperator::CONV_2D, {x_, weights, bias}, {1, 4, 6, 6}, dilated);
  // Two groups of four channels, and eight of one.
  const int halves = model_.floats("halves", {6, 3, 3, 4}, random_floats(6 * 9 * 4));
  add(BuiltinOperator::CONV_2D, {x_, halves, bias}, {1, 4, 6, 6}, convolution(1));
  const int sixteen = model_.floats("sixteen", {16}, random_floats(16));
  const int eighths = model_.floats("eighths", {16, 3, 3, 1}, random_floats(16 * 9));
  add(BuiltinOperator::CONV_2D, {x_, eighths, sixteen}, {1, 4, 6, 16}, convolution(1));
  DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_h = depthwise.stride_w = 2;
  depthwise.depth_multiplier = 2;
  const int many = model_.floats("many", {1, 3, 3, 16}, random_floats(16 * 9));
  add(BuiltinOperator::DEPTHWISE_CONV_2D, {x_, many, sixteen}, {1, 2, 3, 16}, depthwise);
  const int matrix = model_.floats("matrix", {5, 192}, random_floats(5 * 192));
  add(BuiltinOperator::FULLY_CONNECTED, {x_, matrix}, {1, 5}, FullyConnectedOptionsT());
  const int rows = model_.floats("rows", {5, 8}, random_floats(5 * 8));
  FullyConnectedOptionsT keep;
  keep.keep_num_dims = true;
  keep.fused_activation_function = ActivationFunctionType::RELU6;
  add(BuiltinOperator::FULLY_CONNECTED, {x_, rows}, {1, 4, 6, 5}, keep);
  compare(model_, 1e-4);
}

// Weights of 8 and 16 bits that an op of the file makes floats.
TEST_F(SmallModel, OfDequantisedWeights) {
  const int bias = model_.floats("bias", {6}, random_floats(6));
  std::vector<float> scales = random_floats(6);
  for (float& scale : scales) scale = std::abs(scale) / 100 + 0.001f;
  const int bytes =
      model_.quantised("bytes", {6, 3, 3, 8}, TensorType::INT8, random_bytes(6 * 9 * 8), scales);
  const int unsigned_bytes = model_.quantised("unsigned", {6, 3, 3, 8}, TensorType::UINT8,
                                              random_bytes(6 * 9 * 8), {0.01f}, {131});
  std::vector<std::uint16_t> numbers(6 * 9 * 8);
  // Halves from 2^-15 to 2 of either sign.
  for (auto& number : numbers)
    number = static_cast<std::uint16_t>(random_() % 0x4000 | random_() % 2 << 15);
  const int halves = model_.halves("halves", {6, 3, 3, 8}, numbers);
  for (const int stored : {bytes, unsigned_bytes, halves}) {
    const int weights = model_.tensor("w" + std::to_string(stored), {6, 3, 3, 8});
    model_.op(BuiltinOperator::DEQUANTIZE, {stored}, {weights});
    add(BuiltinOperator::CONV_2D, {x_, weights, bias}, {1, 4, 6, 6}, convolution(1));
  }
  compare(model_, 1e-4);
}

// Dynamic range: TFLite rounds the activations to 8 bits as well, so it agrees to about 1% of the
// largest result alone; a wrong scale, zero point or sign is far from that.
TEST_F(SmallModel, OfDynamicRange) {
  const int bias = model_.floats("bias", {6}, random_floats(6));
  const int channels =
      model_.quantised("channels", {6, 3, 3, 8}, TensorType::INT8, random_bytes(6 * 9 * 8),
                       {.01f, .02f, .03f, .02f, .01f, .03f});
  add(BuiltinOperator::CONV_2D, {x_, channels, bias}, {1, 4, 6, 6}, convolution(1));
  const int all =
      model_.quantised("all", {6, 3, 3, 8}, TensorType::INT8, random_bytes(6 * 9 * 8), {0.02f});
  add(BuiltinOperator::CONV_2D, {x_, all, bias}, {1, 4, 6, 6}, convolution(1));
  // As TensorFlow 1.13 and older called them.
  const int old =
      model_.quantised("old", {6, 3, 3, 8}, TensorType::UINT8, random_bytes(6 * 9 * 8), {0.02f});
  add(BuiltinOperator::CONV_2D, {x_, old, bias}, {1, 4, 6, 6}, convolution(1));
  DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_h = depthwise.stride_w = 1;
  depthwise.depth_multiplier = 1;
  const int eight = model_.floats("eight", {8}, random_floats(8));
  const int own = model_.quantised("own", {1, 3, 3, 8}, TensorType::INT8, random_bytes(9 * 8),
                                   {.01f, .02f, .03f, .02f, .01f, .03f, .02f, .01f}, {}, 3);
  add(BuiltinOperator::DEPTHWISE_CONV_2D, {x_, own, eight}, {1, 4, 6, 8}, depthwise);
  const int matrix =
      model_.quantised("matrix", {5, 192}, TensorType::INT8, random_bytes(5 * 192), {0.01f});
  add(BuiltinOperator::FULLY_CONNECTED, {x_, matrix}, {1, 5}, FullyConnectedOptionsT());
  const int old_matrix =
      model_.quantised("old_matrix", {5, 192}, TensorType::UINT8, random_bytes(5 * 192), {0.01f});
  add(BuiltinOperator::FULLY_CONNECTED, {x_, old_matrix}, {1, 5}, FullyConnectedOptionsT());
  const int four_bits = model_.quantised("four_bits", {5, 192}, TensorType::INT4,
                                         random_bytes(5 * 192 / 2), {0.1f, 0.2f, 0.1f, 0.2f, 0.1f});
  add(BuiltinOperator::FULLY_CONNECTED, {x_, four_bits}, {1, 5}, FullyConnectedOptionsT());
  compare(model_, 0.2);
}

// Photographs as bytes: raw, or quantised.
TEST_F(SmallModel, OfBytes) {
  model_.at(x_).type = TensorType::UINT8;
  const int raw = add(BuiltinOperator::CAST, {x_}, {1, 4, 6, 8});
  const int factor = model_.floats("factor", {}, {1 / 127.5f});
  const int scaled = add(BuiltinOperator::MUL, {raw, factor}, {1, 4, 6, 8}, MulOptionsT());
  const int one = model_.floats("one", {}, {1});
  add(BuiltinOperator::SUB, {scaled, one}, {1, 4, 6, 8}, SubOptionsT());
  compare(model_, 1e-5, true);
}

TEST_F(SmallModel, OfQuantisedBytes) {
  model_.at(x_).type = TensorType::UINT8;
  model_.at(x_).quantization = std::make_unique<QuantizationParametersT>();
  model_.at(x_).quantization->scale = {0.0078125f};
  model_.at(x_).quantization->zero_point = {128};
  const int floats = add(BuiltinOperator::DEQUANTIZE, {x_}, {1, 4, 6, 8});
  add(BuiltinOperator::RELU, {floats}, {1, 4, 6, 8});
  compare(model_, 1e-6, true);
}

}  // namespace
}  // namespace slimc::frontend
