// Where a network begins and ends, and its shape.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tflite/load_tflite.h"
#include "tests/frontend/tflite/model_builder.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using testing::ModelBuilder;

class Endpoints : public ::testing::Test {
 protected:
  // image -> middle -> out
  Endpoints() {
    image_ = model_.input("image", {1, 8, 6, 3});
    middle_ = model_.tensor("middle", {1, 8, 6, 3});
    out_ = model_.tensor("out", {1, 8, 6, 3});
    model_.op(BuiltinOperator::RELU, {image_}, {middle_});
    model_.op(BuiltinOperator::RELU6, {middle_}, {out_});
  }

  std::string error() const { return testing::errors_of(model_.bytes(), request_); }

  // "name [shape]" of input and output.
  std::string found() const {
    const auto graph = testing::read(model_.bytes(), request_);
    if (!graph) return graph.error().to_string();
    const Op& input = graph->op(graph->input);
    const Op& output = graph->op(graph->output());
    return input.name + " " + input.shape.to_string() + " to " + output.name + " " +
           output.shape.to_string();
  }

  void add_signature(const std::string& key, std::uint32_t subgraph, std::uint32_t output) {
    auto signature = std::make_unique<SignatureDefT>();
    signature->signature_key = key;
    signature->subgraph_index = subgraph;
    signature->inputs.push_back(std::make_unique<TensorMapT>());
    signature->inputs.back()->tensor_index = static_cast<std::uint32_t>(image_);
    signature->outputs.push_back(std::make_unique<TensorMapT>());
    signature->outputs.back()->tensor_index = output;
    model_.model.signature_defs.push_back(std::move(signature));
  }

  ModelBuilder model_;
  int image_, middle_, out_;
  ModelRequest request_;
};

TEST_F(Endpoints, AreTheSubgraphs) { EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]"); }

TEST_F(Endpoints, AreTheUsersWord) {
  request_.output_nodes = {"middle"};
  EXPECT_EQ(found(), "image [1,8,6,3] to middle [1,8,6,3]");
  request_ = {};
  request_.input_node = "middle:0";
  EXPECT_EQ(found(), "middle [1,8,6,3] to out [1,8,6,3]");
}

TEST_F(Endpoints, OfNamesThatAreNot) {
  request_.input_node = "imago";
  EXPECT_EQ(error(),
            "net.tflite: has no tensor 'imago', which --input-node names; did you mean "
            "'image'?");
  request_ = {};
  request_.output_nodes = {"outlet:0"};
  EXPECT_EQ(error(), "net.tflite: has no tensor 'outlet:0', which --output-node names");
  request_.output_nodes = {"MIDDEL", "out", "oot"};
  EXPECT_EQ(error(),
            "net.tflite: has no tensor 'MIDDEL', which --output-node names; did you mean "
            "'middle'?\n"
            "net.tflite: has no tensor 'oot', which --output-node names; did you mean 'out'?");
}

TEST_F(Endpoints, ThatDoNotMeet) {
  request_.input_node = "out";
  request_.output_nodes = {"middle"};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'middle': is no result of the network: it does not depend on the "
            "input 'out'");
}

TEST_F(Endpoints, None) {
  model_.subgraph().inputs = {};
  EXPECT_EQ(error(), "net.tflite: has no input; --input-node names the tensor");
  model_.subgraph().inputs = {image_};
  // One result that nothing reads is the output; of several the user chooses.
  model_.subgraph().outputs = {};
  EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]");
  const int other = model_.tensor("other", {1, 8, 6, 3});
  model_.op(BuiltinOperator::ABS, {middle_}, {other});
  model_.subgraph().outputs = {};
  EXPECT_EQ(error(),
            "net.tflite: declares no output, and nothing reads 2 of its results; --output-node "
            "names those that are wanted, once for each: 'out' [1,8,6,3] (RELU6), 'other' "
            "[1,8,6,3] (ABS)");
  model_.subgraph().operators.clear();
  EXPECT_EQ(error(), "net.tflite: has no output; --output-node names the tensor");
}

TEST_F(Endpoints, SeveralInputs) {
  model_.subgraph().inputs.assign(20, image_);
  EXPECT_EQ(error(),
            "net.tflite: has 20 inputs; --input-node names the network's: 'image', 'image', "
            "'image', 'image', 'image', 'image', 'image', 'image', 'image', 'image', 'image', "
            "'image' and 8 more");
}

TEST_F(Endpoints, InputThatIsNotAll) {
  const int sum = model_.tensor("sum", {1, 8, 6, 3});
  model_.op(BuiltinOperator::ADD, {out_, image_}, {sum});
  request_.input_node = "middle";
  EXPECT_EQ(error(),
            "net.tflite: what lies behind 'middle' is no network of one image: op 2 (ADD) reads "
            "'image', another input of the file, too");
}

// "a [1,8,6,3], b [1,8,6,3]" and the warnings.
class Outputs : public Endpoints {
 protected:
  std::string outputs() {
    const auto graph = read(model_.bytes());
    if (!graph) return graph.error().to_string();
    std::string words;
    for (const NetworkOutput& output : graph->outputs) {
      words += (words.empty() ? "" : ", ") + output.name + " is " + graph->op(output.value).name;
    }
    return words;
  }
  Result<Graph> read(const std::string& bytes) {
    request_.model = "net.tflite";
    warnings_.text.clear();
    return read_tflite(bytes, request_, warnings_);
  }

  testing::Warnings warnings_;
};

TEST_F(Outputs, AreAllThatTheFileDeclares) {
  model_.subgraph().outputs = {out_, middle_};
  EXPECT_EQ(outputs(), "out is out, middle is middle");
  EXPECT_EQ(warnings_.text, "");
}

TEST_F(Outputs, AreTheUsersInHisOrder) {
  request_.output_nodes = {"middle:0", "out"};
  EXPECT_EQ(outputs(), "middle is middle, out is out");
}

TEST_F(Outputs, ThatAreOne) {
  const int same = model_.tensor("same", {1, 8, 6, 3});
  model_.op(BuiltinOperator::DEQUANTIZE, {out_}, {same});
  request_.output_nodes = {"out", "same"};
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text,
            "net.tflite: its outputs 'out' and 'same' are the same: there is one, called 'out'\n");
}

// inspect lists the op in front of a fused activation by a name of its own.
TEST_F(Outputs, InFrontOfAnActivation) {
  AddOptionsT options;
  options.fused_activation_function = ActivationFunctionType::RELU;
  const int sum = model_.tensor("sum", {1, 8, 6, 3});
  model_.op(BuiltinOperator::ADD, {out_, out_}, {sum}, std::move(options));
  request_.output_nodes = {"sum/Add", "sum"};
  EXPECT_EQ(outputs(), "sum/Add is sum/Add, sum is sum");
  request_.output_nodes = {"sum/Ad"};
  EXPECT_EQ(outputs(),
            "net.tflite: has no tensor 'sum/Ad', which --output-node names; did you mean "
            "'sum/Add'?");
}

// Nothing that the file computes from the image is left out without a line.
TEST_F(Outputs, LeftOut) {
  const int aside = model_.tensor("aside", {1, 8, 6, 3});
  const int custom = model_.tensor("custom", {});
  const int shape = model_.tensor("shape", {4}, TensorType::INT32);
  model_.op(BuiltinOperator::LOGISTIC, {middle_}, {aside});
  model_.op(BuiltinOperator::CUSTOM, {middle_}, {custom});
  model_.model.operator_codes.back()->custom_code = "Box";
  model_.op(BuiltinOperator::SHAPE, {middle_}, {shape});
  model_.subgraph().outputs = {out_};
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text,
            "net.tflite: leaves out what the file computes from the image and gives as no output: "
            "'aside' [1,8,6,3] (LOGISTIC), 'custom' [] (CUSTOM Box); --output-node names what is "
            "wanted\n");
  request_.output_nodes = {"out"};
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text, "");
}

TEST_F(Outputs, ThatDoNotDependOnTheImage) {
  const int zero = model_.floats("zero", {1, 2}, {0, 0});
  const int constant = model_.tensor("constant", {1, 2});
  model_.op(BuiltinOperator::RELU, {zero}, {constant});
  model_.subgraph().outputs = {out_, constant, zero};
  EXPECT_EQ(outputs(),
            "net.tflite: tensor 'constant': is no result of the network: it does not depend on the "
            "input 'image'\n"
            "net.tflite: tensor 'zero': is no result of the network: it does not depend on the "
            "input 'image'");
}

TEST_F(Endpoints, OutOfBounds) {
  model_.subgraph().outputs = {-1};
  EXPECT_EQ(error(), "net.tflite: gives tensor -1 as its output; it has 3 tensors");
  model_.subgraph().inputs = {3};
  EXPECT_EQ(error(), "net.tflite: gives tensor 3 as its input; it has 3 tensors");
}

TEST_F(Endpoints, NamesThatAreMissingOrDouble) {
  model_.at(middle_).name = "";
  model_.at(out_).name = "image";
  EXPECT_EQ(found(), "image [1,8,6,3] to image_2 [1,8,6,3]");
  request_.output_nodes = {"tensor_1"};
  EXPECT_EQ(found(), "image [1,8,6,3] to tensor_1 [1,8,6,3]");
}

TEST_F(Endpoints, NamesThatAreLongOrUnprintable) {
  model_.at(image_).name = std::string(100'000, 'x');
  model_.at(out_).name = "a\nb\x80";
  EXPECT_EQ(found(), std::string(1000, 'x') + " [1,8,6,3] to a\\x0ab\\x80 [1,8,6,3]");
}

TEST_F(Endpoints, OfAnImageThatIsNone) {
  model_.at(image_).shape = {1, 144};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the input has the shape [1,144]; expected an image "
            "[n,h,w,c]");
  model_.at(image_).shape = {1, 0, 6, 3};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the input's shape is [1,0,6,3]; expected 1 to 268435456 "
            "elements");
  model_.at(image_).type = TensorType::INT32;
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the input is INT32; slimc compiles float32 models");
}

TEST_F(Endpoints, Batch) {
  request_.batch = 5;
  EXPECT_EQ(found(), "image [5,8,6,3] to out [5,8,6,3]");
  request_.batch = 1;
  for (const int tensor : {image_, middle_, out_}) model_.at(tensor).shape[0] = 4;
  EXPECT_EQ(found(), "image [4,8,6,3] to out [4,8,6,3]");
  model_.at(image_).shape_signature = {-1, 8, 6, 3};
  EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]");
  request_.batch = 0;
  EXPECT_EQ(error(), "--batch 0: expected 1 or more");
  request_.batch = 1'000'000'000;
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the input's shape is [1000000000,8,6,3]; expected 1 to "
            "268435456 elements");
}

TEST_F(Endpoints, Resolution) {
  request_.resolution = {8, 6};
  EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]");
  request_.resolution = {8, 7};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the model fixes the input at 8x6; --resolution asks for "
            "8x7");
  model_.at(image_).shape = {1, 1, 1, 1};
  model_.at(image_).shape_signature = {-1, -1, -1, -1};
  EXPECT_EQ(found(), "image [1,8,7,3] to out [1,8,7,3]");
  request_.resolution = {};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'image': the model leaves the height or width of its input open; "
            "--resolution sets it");
}

TEST_F(Endpoints, OfASignature) {
  add_signature("serving_default", 0, 2);
  add_signature("half", 0, 1);
  EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]");
  request_.signature = "half";
  EXPECT_EQ(found(), "image [1,8,6,3] to middle [1,8,6,3]");
  request_.signature = "hafl";
  EXPECT_EQ(error(),
            "net.tflite: has no signature 'hafl', which --signature names; did you mean 'half'?; "
            "it has 'serving_default', 'half'");
}

TEST_F(Outputs, HaveNamesInASignature) {
  add_signature("serving_default", 0, 1);
  model_.model.signature_defs[0]->inputs[0]->name = "picture";
  model_.model.signature_defs[0]->outputs[0]->name = "features";
  request_.input_node = "picture";
  request_.output_nodes = {"features"};
  EXPECT_EQ(outputs(), "features is middle");
  request_.output_nodes = {"feature"};
  EXPECT_EQ(outputs(),
            "net.tflite: has no tensor 'feature', which --output-node names; did you mean "
            "'features'?");
  // A signature may name tensors that are none.
  model_.model.signature_defs[0]->outputs[0]->tensor_index = 4'000'000'000;
  request_.output_nodes = {"features"};
  EXPECT_EQ(outputs(), "net.tflite: has no tensor 'features', which --output-node names");
}

TEST_F(Outputs, OfASubgraph) {
  model_.model.subgraphs.push_back(std::make_unique<SubGraphT>());
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text,
            "net.tflite: has 2 subgraphs and no signatures: the first one is taken, which is the "
            "one that TFLite runs\n");
  add_signature("first", 0, 2);
  EXPECT_EQ(outputs(), "out is out");
  add_signature("second", 1, 2);
  EXPECT_EQ(outputs(),
            "net.tflite: has 2 subgraphs; --signature names the network's: 'first', 'second'");
  request_.signature = "first";
  EXPECT_EQ(outputs(), "out is out");
  add_signature("third", 2, 0);
  request_.signature = "third";
  EXPECT_EQ(outputs(), "net.tflite: its signature 'third' is of subgraph 2; it has 2");
  request_ = {};
  model_.model.signature_defs[1]->signature_key = "serving_default";
  model_.model.subgraphs[1] = std::make_unique<SubGraphT>(model_.subgraph());
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text,
            "net.tflite: has 2 subgraphs: that of signature 'serving_default' is taken; "
            "--signature names another one ('first', 'serving_default', 'third')\n");
  model_.model.subgraphs.clear();
  EXPECT_EQ(outputs(), "net.tflite: has no subgraph, so no network");
}

// Photographs as their bytes: the cast makes numbers of them, or the scale of a quantised input.
TEST_F(Outputs, OfAnImageOfBytes) {
  model_.at(image_).type = TensorType::UINT8;
  EXPECT_THAT(outputs(), ::testing::StartsWith("net.tflite: is quantised: "));
  model_.subgraph().operators[0]->opcode_index =
      static_cast<std::uint32_t>(model_.model.operator_codes.size());
  model_.model.operator_codes.push_back(std::make_unique<OperatorCodeT>());
  model_.model.operator_codes.back()->builtin_code = BuiltinOperator::CAST;
  EXPECT_EQ(outputs(), "out is out");
  EXPECT_EQ(warnings_.text,
            "net.tflite: takes its image 'image' as UINT8: the network takes the same numbers as "
            "float32\n");
  model_.at(image_).type = TensorType::INT32;
  EXPECT_EQ(outputs(), "out is out");
  model_.at(middle_).type = TensorType::FLOAT16;
  EXPECT_EQ(outputs(),
            "net.tflite: op 0 (CAST) 'middle': casts INT32 to FLOAT16, which slimc does not do");
  model_.at(image_).type = TensorType::UINT8;
  model_.at(middle_).type = TensorType::INT32;
  EXPECT_EQ(outputs(),
            "net.tflite: op 0 (CAST) 'middle': casts UINT8 to INT32, which slimc does not do");
}

// A zip with labels behind the model, as TFLite's metadata has it.
TEST_F(Outputs, WithFilesBehindTheModel) {
  ASSERT_TRUE(read(model_.bytes() + "PK\3\4labels.txt...PK\5\6").has_value());
}

TEST_F(Endpoints, CheckpointIsNotUsed) {
  testing::Warnings reporter;
  request_.model = "net.tflite";
  request_.checkpoint = "net.ckpt";
  EXPECT_TRUE(read_tflite(model_.bytes(), request_, reporter).has_value());
  EXPECT_EQ(reporter.text, "net.tflite: holds its weights itself: --checkpoint is not used\n");
}

}  // namespace
}  // namespace slimc::frontend
