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
  EXPECT_EQ(error(), "net.tflite: has no tensor 'imago', which --input-node names");
  request_ = {};
  request_.output_nodes = {"outlet:0"};
  EXPECT_EQ(error(), "net.tflite: has no tensor 'outlet:0', which --output-node names");
}

TEST_F(Endpoints, ThatDoNotMeet) {
  request_.input_node = "out";
  request_.output_nodes = {"middle"};
  EXPECT_EQ(error(),
            "net.tflite: tensor 'middle': is no result of the network: it does not depend on the "
            "input 'out'");
}

TEST_F(Endpoints, None) {
  model_.subgraph().outputs = {};
  EXPECT_EQ(error(), "net.tflite: has no output; --output-node names the tensor");
  model_.subgraph().outputs = {out_};
  model_.subgraph().inputs = {};
  EXPECT_EQ(error(), "net.tflite: has no input; --input-node names the tensor");
}

TEST_F(Endpoints, Several) {
  model_.subgraph().outputs = {middle_, out_};
  EXPECT_EQ(error(),
            "net.tflite: has 2 outputs; --output-node names the network's: 'middle', 'out'");
  request_.output_nodes = {"out"};
  EXPECT_EQ(error(), "");
  model_.subgraph().inputs.assign(20, image_);
  EXPECT_EQ(error(),
            "net.tflite: has 20 inputs; --input-node names the network's: 'image', 'image', "
            "'image', 'image', 'image', 'image', 'image', 'image', 'image', 'image', 'image', "
            "'image' and 8 more");
}

TEST_F(Endpoints, OutOfBounds) {
  model_.subgraph().inputs = {3};
  EXPECT_EQ(error(), "net.tflite: gives tensor 3 as its input; it has 3 tensors");
  model_.subgraph().outputs = {-1};
  EXPECT_EQ(error(), "net.tflite: gives tensor -1 as its output; it has 3 tensors");
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
  EXPECT_EQ(found(), std::string(200, 'x') + " [1,8,6,3] to a?b? [1,8,6,3]");
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
  request_.signature = "whole";
  EXPECT_EQ(error(),
            "net.tflite: has no signature 'whole', which --signature names; it has "
            "'serving_default', 'half'");
}

TEST_F(Endpoints, OfASubgraph) {
  model_.model.subgraphs.push_back(std::make_unique<SubGraphT>());
  EXPECT_EQ(error(), "net.tflite: has 2 subgraphs; --signature names the network's; it has none");
  add_signature("first", 0, 2);
  EXPECT_EQ(error(),
            "net.tflite: has 2 subgraphs; --signature names the network's; it has 'first'");
  request_.signature = "first";
  EXPECT_EQ(found(), "image [1,8,6,3] to out [1,8,6,3]");
  add_signature("third", 2, 0);
  request_.signature = "third";
  EXPECT_EQ(error(), "net.tflite: its signature 'third' is of subgraph 2; it has 2");
  model_.model.subgraphs.clear();
  EXPECT_EQ(error(), "net.tflite: has no subgraph, so no network");
}

TEST_F(Endpoints, CheckpointIsNotUsed) {
  class Warnings final : public Reporter {
   public:
    void warning(const Diagnostic& diagnostic) override { text += diagnostic.to_string(); }
    void progress(const std::string&, int, int) override {}
    void detail(const std::string&) override {}
    std::string text;
  } reporter;
  request_.model = "net.tflite";
  request_.checkpoint = "net.ckpt";
  EXPECT_TRUE(read_tflite(model_.bytes(), request_, reporter).has_value());
  EXPECT_EQ(reporter.text, "net.tflite: holds its weights itself: --checkpoint is not used");
}

}  // namespace
}  // namespace slimc::frontend
