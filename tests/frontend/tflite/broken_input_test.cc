// Everything that can be wrong with a user's file, on one small network, with the exact words; and
// damage at random, which may give any word but must not crash, hang or take memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <random>

#include "frontend/frontend.h"
#include "frontend/tflite/load_tflite.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/tflite/model_builder.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using testing::errors_of;
using testing::ModelBuilder;

class BrokenInput : public ::testing::Test {
 protected:
  // A 1x1 convolution with relu6, 3 to 2 channels.
  BrokenInput() {
    image_ = model_.input("image", {1, 4, 4, 3});
    weights_ = model_.floats("weights", {2, 1, 1, 3}, {1, 2, 3, 4, 5, 6});
    bias_ = model_.floats("bias", {2}, {7, 8});
    out_ = model_.tensor("out", {1, 4, 4, 2});
    Conv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    options.fused_activation_function = ActivationFunctionType::RELU6;
    model_.op(BuiltinOperator::CONV_2D, {image_, weights_, bias_}, {out_}, std::move(options));
  }

  std::string error() const { return errors_of(model_.bytes()); }
  OperatorT& op() { return *model_.subgraph().operators[0]; }

  ModelBuilder model_;
  int image_, weights_, bias_, out_;
};

TEST_F(BrokenInput, IsFineAsItIs) { EXPECT_EQ(error(), ""); }

// An index that points at other numbers of the same shape.
TEST_F(BrokenInput, NumbersThatNothingReads) {
  const int other = model_.floats("other", {2}, {7, 9});
  const auto warned = [this] {
    testing::Warnings warnings;
    EXPECT_TRUE(read_tflite(model_.bytes(), {.model = "net.tflite"}, warnings).has_value());
    return warnings.text;
  };
  EXPECT_EQ(warned(),
            "net.tflite: has numbers that nothing reads, which converters do not leave: tensor "
            "'other'; the file may be damaged\n");
  op().inputs[2] = other;
  EXPECT_THAT(warned(), ::testing::HasSubstr("leave: tensor 'bias'; the file"));
  model_.at(bias_).buffer = model_.at(other).buffer;
  EXPECT_THAT(warned(), ::testing::HasSubstr("leave: tensor 'bias', buffer 2; the file"));
}

// An offset that leads to another buffer's bytes.
TEST_F(BrokenInput, BuffersInEachOther) {
  std::string bytes = model_.bytes();
  const auto* buffers = GetModel(bytes.data())->buffers();
  const auto offset_of = [&](int tensor) {
    const auto* buffer = buffers->Get(model_.at(tensor).buffer);
    return const_cast<std::uint8_t*>(
        reinterpret_cast<const flatbuffers::Table*>(buffer)->GetAddressOf(Buffer::VT_DATA));
  };
  const auto* weights =
      reinterpret_cast<const std::uint8_t*>(buffers->Get(model_.at(weights_).buffer)->data());
  // Offsets lead forward. Six numbers for two: cut short, so that all else is right.
  std::uint8_t* from = offset_of(bias_);
  ASSERT_LT(from, weights);
  flatbuffers::WriteScalar(const_cast<std::uint8_t*>(weights) + 4 * sizeof(float),
                           flatbuffers::uoffset_t{2 * sizeof(float)});
  flatbuffers::WriteScalar(from,
                           static_cast<flatbuffers::uoffset_t>(weights + 4 * sizeof(float) - from));
  testing::Warnings warnings;
  EXPECT_TRUE(read_tflite(bytes, {.model = "net.tflite"}, warnings).has_value());
  EXPECT_EQ(warnings.text,
            "net.tflite: has the same bytes in two buffers, which converters do not write: buffers "
            "1 and 2; the file may be damaged, compare it with where it came from\n");
}

TEST_F(BrokenInput, Missing) {
  SilentReporter reporter;
  ModelRequest request;
  request.model = "no/such.tflite";
  const auto graph = load_model(request, reporter);
  ASSERT_FALSE(graph.has_value());
  EXPECT_THAT(graph.error().to_string(), ::testing::HasSubstr("no/such.tflite"));
}

TEST_F(BrokenInput, TooShort) {
  EXPECT_EQ(errors_of(""), "net.tflite: has 0 bytes; a TFLite model begins with 8 of header");
  EXPECT_EQ(errors_of("1234567"),
            "net.tflite: has 7 bytes; a TFLite model begins with 8 of header");
}

TEST_F(BrokenInput, OtherIdentifier) {
  std::string bytes = model_.bytes();
  bytes.replace(4, 4, "TFL2");
  EXPECT_EQ(errors_of(bytes),
            "net.tflite: is no TFLite model of schema version 3: its bytes 4 to 7 are 'TFL2', "
            "expected 'TFL3'");
  bytes.replace(4, 4, std::string("\0\1\xff!", 4));
  EXPECT_EQ(errors_of(bytes),
            "net.tflite: is no TFLite model of schema version 3: its bytes 4 to 7 are "
            "'\\x00\\x01\\xff!', "
            "expected 'TFL3'");
}

// The first files of the format had no identifier at all. Their name is what they are known by.
TEST_F(BrokenInput, NoIdentifierInAFile) {
  const slimc::testing::TemporaryFolder folder;
  SilentReporter reporter;
  ModelRequest request;
  request.model = folder / "old.tflite";
  std::ofstream(request.model) << std::string(64, '\0');
  const auto graph = load_model(request, reporter);
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(graph.error().to_string(),
            request.model.string() +
                ": is no TFLite model of schema version 3: its bytes 4 to 7 are "
                "'\\x00\\x00\\x00\\x00', expected 'TFL3'");
}

// The format has no checksums: a hash beside the file stands in for them.
TEST_F(BrokenInput, OtherHashBesideTheFile) {
  const slimc::testing::TemporaryFolder folder;
  SilentReporter reporter;
  ModelRequest request;
  request.model = folder / "net.tflite";
  std::ofstream(request.model, std::ios::binary) << model_.bytes();
  EXPECT_TRUE(load_model(request, reporter).has_value());
  std::ofstream(folder / "net.tflite.sha256") << std::string(64, '0') << "  net.tflite\n";
  const auto graph = load_model(request, reporter);
  ASSERT_FALSE(graph.has_value());
  EXPECT_THAT(graph.error().to_string(), ::testing::HasSubstr("net.tflite.sha256"));
}

TEST_F(BrokenInput, OtherVersion) {
  model_.model.version = 4;
  EXPECT_EQ(error(), "net.tflite: is of schema version 4; slimc reads version 3");
}

constexpr const char* kDamaged =
    "net.tflite: is damaged or truncated: an offset or a length in its ";

TEST_F(BrokenInput, TruncatedAnywhere) {
  const std::string bytes = model_.bytes();
  for (std::size_t size = 8; size < bytes.size(); ++size) {
    EXPECT_THAT(errors_of(bytes.substr(0, size)), ::testing::StartsWith(kDamaged)) << size;
  }
}

// 1 kB of root table whose subgraphs are one million references to one.
TEST_F(BrokenInput, TooManyTables) {
  flatbuffers::FlatBufferBuilder builder;
  const auto subgraph = CreateSubGraph(builder);
  const auto subgraphs =
      builder.CreateVector(std::vector<flatbuffers::Offset<SubGraph>>(70'000, subgraph));
  FinishModelBuffer(builder, CreateModel(builder, 3, 0, subgraphs));
  const std::string bytes(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                          builder.GetSize());
  EXPECT_EQ(errors_of(bytes), kDamaged + std::to_string(bytes.size()) +
                                  " bytes leads outside of them, or it has more than 65536 tables");
}

TEST_F(BrokenInput, AtAnOddAddress) {
  const std::string bytes = "x" + model_.bytes();
  SilentReporter reporter;
  ModelRequest request;
  request.model = "net.tflite";
  EXPECT_TRUE(read_tflite(std::string_view(bytes).substr(1), request, reporter).has_value());
}

TEST_F(BrokenInput, IndicesOutOfBounds) {
  op().inputs[0] = 4;
  EXPECT_EQ(error(), "net.tflite: op 0 has tensor 4 as its input 0; the subgraph has 4 tensors");
  op().inputs[0] = std::numeric_limits<std::int32_t>::min();
  op().outputs = {-1};
  EXPECT_EQ(error(),
            "net.tflite: op 0 has tensor -1 as its output 0; the subgraph has 4 tensors\n"
            "net.tflite: op 0 has tensor -2147483648 as its input 0; the subgraph has 4 tensors");
  op().inputs.assign(65, 0);
  op().outputs = {out_};
  EXPECT_EQ(error(), "net.tflite: op 0 has 65 inputs; slimc takes up to 64");
  op().inputs = {-1, weights_};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'out': is no result of the network: it does not depend on the "
            "input 'image'");
  op().inputs = {image_, weights_};
  op().opcode_index = 1;
  EXPECT_EQ(error(), "net.tflite: op 0 is of operator code 1; the file has 1");
}

TEST_F(BrokenInput, SeveralOutputs) {
  op().outputs = {out_, image_};
  EXPECT_EQ(error(), "net.tflite: op 0 (CONV_2D) 'out': has 2 outputs, expected 1");
}

TEST_F(BrokenInput, NoImage) {
  op().inputs = {-1, image_};
  EXPECT_EQ(error(), "net.tflite: op 0 (CONV_2D) 'out': has no input 0");
}

// The order of ops is that of execution.
TEST_F(BrokenInput, Cycle) {
  const int sum = model_.tensor("sum", {1, 4, 4, 2});
  model_.op(BuiltinOperator::ADD, {out_, sum}, {sum});
  EXPECT_EQ(error(),
            "net.tflite: op 1 (ADD) 'sum': its input 1 ('sum') is neither constant nor computed by "
            "an op in front");
}

TEST_F(BrokenInput, OutputOfTwoOps) {
  model_.op(BuiltinOperator::RELU, {out_}, {out_});
  EXPECT_EQ(error(),
            "net.tflite: op 1 (RELU) 'out': its output is the input, a constant or an earlier op's "
            "output too");
}

TEST_F(BrokenInput, Buffers) {
  model_.at(weights_).buffer = 99;
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': is in buffer 99; the file has 3");
  model_.at(weights_).buffer = 0;
  EXPECT_EQ(error(),
            "net.tflite: op 0 (CONV_2D) 'out': its input 1 ('weights') is neither constant nor "
            "computed by an op in front");
  model_.at(weights_).buffer = 2;
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': has 8 bytes in buffer 2, expected 24 for 6 elements");
  model_.model.buffers[2]->data.clear();
  model_.model.buffers[2]->offset = 4096;
  model_.model.buffers[2]->size = 24;
  const std::string size = std::to_string(model_.bytes().size());
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': is 24 bytes at byte 4096 of a file of " + size);
  model_.model.buffers[2]->offset = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': is 24 bytes at byte 18446744073709551615 of a file of " +
                size);
  model_.model.buffers[2]->offset = 8;
  model_.model.buffers[2]->size = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(
      error(),
      "net.tflite: tensor 'weights': is 18446744073709551615 bytes at byte 8 of a file of " + size);
  model_.model.buffers[2]->size = 20;
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': has 20 bytes in buffer 2, expected 24 for 6 elements");
  model_.at(weights_).buffer = 1;
  model_.at(weights_).sparsity = std::make_unique<SparsityParametersT>();
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': is stored sparsely (pruned weights), which slimc does "
            "not read; convert the model without tf.lite.Optimize.EXPERIMENTAL_SPARSITY");
}

TEST_F(BrokenInput, Shapes) {
  model_.at(weights_).shape = {2, 1, 1, -3};
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': has the shape [2,1,1,-3]");
  model_.at(weights_).shape = {1 << 30, 1 << 30, 1 << 30, 1 << 30};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': has the shape [1073741824,1073741824,1073741824,"
            "1073741824], which is more than the 268435456 elements that slimc takes");
  model_.at(weights_).shape.assign(1000, 1);
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': has 1000 dimensions; slimc takes up to 8");
  model_.at(weights_).shape = {2, 1, 0, 3};
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': has no elements: its shape is [2,1,0,3]");
  model_.at(weights_).shape = {3, 1, 1, 2};
  EXPECT_EQ(error(),
            "net.tflite: op 0 (CONV_2D) 'out': weights [1,1,2,3] do not fit an input of 3 "
            "channels");
}

TEST_F(BrokenInput, Types) {
  model_.at(weights_).type = TensorType::BOOL;
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': is BOOL; expected FLOAT32");
  model_.at(weights_).type = static_cast<TensorType>(99);
  EXPECT_EQ(error(), "net.tflite: tensor 'weights': is of type 99; expected FLOAT32");
}

TEST_F(BrokenInput, NotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const int other = model_.floats("other", {2, 1, 1, 3}, {1, 2, 3, 4, nan, 6});
  op().inputs = {image_, other, bias_};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'other': element 4 ([1,0,0,1]) is NaN; weights must be finite");
}

constexpr const char* kWhatHelps =
    "'; slimc compiles float32 arithmetic: convert the float model, or quantise its weights alone "
    "(float16 or dynamic range)";

TEST_F(BrokenInput, Quantised) {
  model_.at(image_).type = TensorType::UINT8;
  model_.at(weights_).type = TensorType::UINT8;
  model_.at(bias_).type = TensorType::INT32;
  model_.at(out_).type = TensorType::UINT8;
  EXPECT_EQ(error(),
            std::string("net.tflite: is quantised: 2 of the 2 tensors that it computes with are "
                        "UINT8, the first is 'image") +
                kWhatHelps);
  // Before anything else that is wrong with it.
  model_.subgraph().inputs = {image_, image_};
  model_.subgraph().outputs = {out_, 99};
  EXPECT_THAT(error(), ::testing::StartsWith("net.tflite: is quantised: "));
  model_.at(image_).type = model_.at(out_).type = TensorType::INT16;
  EXPECT_THAT(error(), ::testing::HasSubstr(" are INT16 (16x8), the first is 'image'"));
}

// Float edges, and 8 bits between them.
TEST_F(BrokenInput, QuantisedInside) {
  const int stored = model_.tensor("stored", {1, 4, 4, 2}, TensorType::INT8);
  const int floats = model_.tensor("floats", {1, 4, 4, 2});
  model_.op(BuiltinOperator::QUANTIZE, {out_}, {stored});
  model_.op(BuiltinOperator::DEQUANTIZE, {stored}, {floats});
  EXPECT_EQ(error(),
            std::string("net.tflite: is quantised: 1 of the 4 tensors that it computes with are "
                        "INT8, the first is 'stored") +
                kWhatHelps);
  // What lies in front of it is a network.
  ModelRequest request;
  request.output_nodes = {"out"};
  EXPECT_EQ(errors_of(model_.bytes(), request), "");
}

TEST_F(BrokenInput, Scales) {
  model_.at(weights_).type = TensorType::INT8;
  model_.model.buffers[1]->data = {1, 2, 3, 4, 5, 6};
  const std::string begin = "net.tflite: tensor 'weights': is INT8 ";
  EXPECT_EQ(error(), begin + "without a scale");
  model_.at(weights_).quantization = std::make_unique<QuantizationParametersT>();
  QuantizationParametersT& quantisation = *model_.at(weights_).quantization;
  EXPECT_EQ(error(), begin + "without a scale");
  quantisation.scale = {1, 2, 3};
  EXPECT_EQ(error(), begin + "with 3 scales for dimension 0 of [2,1,1,3]");
  quantisation.quantized_dimension = -1;
  EXPECT_EQ(error(), begin + "with 3 scales for dimension -1 of [2,1,1,3]");
  quantisation.quantized_dimension = 3;
  EXPECT_EQ(error(), "");
  quantisation.zero_point = {0, 0};
  EXPECT_EQ(error(), begin + "with 3 scales and 2 zero points");
  quantisation.zero_point = {0, 1LL << 40, 0};
  EXPECT_EQ(error(), begin + "with the zero point 1099511627776");
  quantisation.zero_point = {};
  quantisation.scale[1] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(error(), begin + "with the scale inf");
  quantisation.details.Set(CustomQuantizationT());
  EXPECT_EQ(error(), begin + "with a quantisation of its own, which slimc does not read");
  quantisation.details.Reset();
  quantisation.scale[1] = 1;
  model_.model.buffers[1]->data.pop_back();
  EXPECT_EQ(error(),
            "net.tflite: tensor 'weights': has 5 bytes in buffer 1, expected 6 for 6 elements");
}

TEST_F(BrokenInput, EveryProblemInOneGo) {
  const int a = model_.tensor("a", {1, 4, 4, 2});
  const int b = model_.tensor("b", {1, 4, 4, 2});
  const int c = model_.tensor("c", {1, 4, 4, 2});
  model_.at(weights_).shape = {2, 1, 3};
  model_.op(BuiltinOperator::RELU, {out_}, {a});
  const int wrong = model_.floats("wrong", {5}, {1, 2, 3, 4, 5});
  model_.op(BuiltinOperator::ADD, {image_, wrong}, {b});
  model_.op(BuiltinOperator::ADD, {a, b}, {c});
  EXPECT_EQ(error(),
            "net.tflite: op 0 (CONV_2D) 'out': its weights 'weights' have the shape [2,1,3], "
            "expected 4 dimensions\n"
            "net.tflite: op 2 (ADD) 'b': [1,4,4,3] and [5] cannot be broadcast together");
}

// Many tensors of one buffer: 1 MB of file must not ask for 1 GB.
TEST_F(BrokenInput, SharedBuffers) {
  const int first = model_.floats("shared", {1, 512, 512, 1}, std::vector<float>(512 * 512, 1.0f));
  model_.at(image_).shape = {1, 512, 512, 1};
  int last = image_;
  for (int i = 0; i < 20; ++i) {
    const int again = model_.tensor("again", {1, 512, 512, 1});
    model_.at(again).buffer = model_.at(first).buffer;
    const int sum = model_.tensor("sum", {1, 512, 512, 1});
    model_.op(BuiltinOperator::ADD, {last, again}, {sum});
    last = sum;
  }
  model_.subgraph().operators.erase(model_.subgraph().operators.begin());
  const std::string bytes = model_.bytes();
  EXPECT_EQ(errors_of(bytes).substr(0, errors_of(bytes).find('\n')),
            "net.tflite: tensor 'again_37': with it the constants take more than 16 times the " +
                std::to_string(bytes.size()) + " bytes of the file: too many share a buffer");
}

// So may computed integers: 30 kB of file for 16 MB.
TEST_F(BrokenInput, ManyComputedIntegers) {
  const int dims = model_.integers("dims", {4096});
  const int value = model_.scalar("value", 1);
  int last = -1;
  for (int i = 0; i < 500; ++i) {
    const int filled = model_.tensor("f", {4096}, TensorType::INT32);
    model_.op(BuiltinOperator::FILL, {dims, value}, {filled});
    const int sum = model_.tensor("s", {4096}, TensorType::INT32);
    model_.op(BuiltinOperator::ADD, {filled, last < 0 ? value : last}, {sum});
    last = sum;
  }
  const int reshaped = model_.tensor("reshaped", {});
  model_.op(BuiltinOperator::RESHAPE, {out_, last}, {reshaped}, ReshapeOptionsT());
  EXPECT_THAT(error(), ::testing::HasSubstr("with it the constants take more than 16 times the"));
}

TEST_F(BrokenInput, ManyOutputs) {
  model_.subgraph().outputs.assign(100'000, out_);
  EXPECT_EQ(error(),
            "net.tflite: has 100000 outputs; slimc takes up to 64: --output-node names those that "
            "are wanted");
  model_.subgraph().inputs.assign(100'000, image_);
  EXPECT_THAT(error(), ::testing::StartsWith("net.tflite: has 100000 inputs; "));
}

// Numbers that are none only once they are multiplied with their scale.
TEST_F(BrokenInput, LargeScales) {
  const int weights = model_.quantised("large", {2, 1, 1, 3}, TensorType::INT8, {1, 1, 1, 9, 1, 1},
                                       {std::numeric_limits<float>::max()});
  op().inputs = {image_, weights, bias_};
  EXPECT_EQ(
      error(),
      "net.tflite: tensor 'large': element 3 ([1,0,0,0]) is infinity; weights must be finite");
}

// A pad may ask for a large image with few bytes.
TEST_F(BrokenInput, LargeImage) {
  const int paddings = model_.integers("paddings", {0, 0, 1 << 20, 0, 1 << 20, 0, 0, 0});
  const int padded = model_.tensor("padded", {});
  model_.op(BuiltinOperator::PAD, {out_, paddings}, {padded});
  EXPECT_EQ(
      error(),
      "net.tflite: op 1 (PAD) 'padded': its result has the shape [1,1048580,1048580,2], which "
      "is more than the "
      "268435456 elements that slimc takes");
}

TEST_F(BrokenInput, TooManyIntegers) {
  const int paddings = model_.integers("paddings", std::vector<std::int32_t>(65));
  const int padded = model_.tensor("padded", {});
  model_.op(BuiltinOperator::PAD, {out_, paddings}, {padded});
  EXPECT_EQ(error(), "net.tflite: tensor 'paddings': has 65 integers; expected at most 64");
}

// Every bit of the file, and bytes at random: a Result whatever happens, and a verified graph where
// it is one.
TEST_F(BrokenInput, DamagedAtRandom) {
  const std::string bytes = model_.bytes();
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto graph = testing::read(damaged);
    if (!graph) ++refused;
    if (graph) EXPECT_THAT(verify(*graph), ::testing::IsEmpty()) << bit;
  }
  EXPECT_GT(refused, 1000);

  std::mt19937 random(1);
  for (int run = 0; run < 20'000; ++run) {
    std::string damaged = bytes;
    for (int change = 0; change < 1 + run % 4; ++change) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const auto graph = testing::read(damaged);
    if (graph) EXPECT_THAT(verify(*graph), ::testing::IsEmpty()) << run;
  }
}

}  // namespace
}  // namespace slimc::frontend
