// Activations, operations with constants, groups and shapes: what they compute, in numbers worked
// out by hand, and what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/keras/tree_builder.h"

namespace slimc::frontend {
namespace {

using ::testing::DoubleNear;
using testing::Json;
using ::testing::Pointwise;
using testing::SequentialFile;

// The results for the image -2, -1, 0, 1, 2, ... (of `first` on).
std::vector<double> run(const SequentialFile& file, const ModelRequest& request = {},
                        double first = -2) {
  const Result<Graph> graph = file.load(request);
  if (!graph) {
    ADD_FAILURE() << graph.error().to_string();
    return {};
  }
  reference::DoubleTensor image = {graph->op(graph->input).shape, {}};
  for (std::int64_t i = 0; i < image.shape.elements(); ++i) {
    image.data.push_back(first + static_cast<double>(i));
  }
  return reference::evaluate(*graph, image).data;
}

// An image of five pixels and one channel: -2 -1 0 1 2.
SequentialFile five(const std::string& class_name, const Json& config = Json::object(),
                    const std::string& version = "") {
  SequentialFile file({nullptr, 1, 5, 1});
  file.keras_version = version;
  file.layer("x", class_name, config);
  return file;
}

void expect(const SequentialFile& file, const std::vector<double>& values) {
  EXPECT_THAT(run(file), Pointwise(DoubleNear(1e-6), values));
}

SequentialFile activation(const Json& function, const std::string& version = "") {
  return five("Activation", {{"activation", function}}, version);
}

TEST(KerasActivations, AreWhatTheirVersionOfKerasComputes) {
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  expect(activation("sigmoid"), {sigmoid(-2), sigmoid(-1), 0.5, sigmoid(1), sigmoid(2)});
  expect(activation("tanh"), {std::tanh(-2), std::tanh(-1), 0, std::tanh(1), std::tanh(2)});
  expect(activation("hard_sigmoid", "2.15.0"), {0.1, 0.3, 0.5, 0.7, 0.9});
  expect(activation("hard_sigmoid", "2.2.4-tf"), {0.1, 0.3, 0.5, 0.7, 0.9});
  expect(activation("hard_sigmoid", "3.8.0"), {1. / 6, 2. / 6, 0.5, 4. / 6, 5. / 6});
  EXPECT_EQ(activation("hard_sigmoid").errors(),
            "f.h5: layer 'x': its activation is 'hard_sigmoid', which Keras 2 and 3 compute "
            "differently, and the file does not say which one wrote it");
  expect(activation("elu"), {std::exp(-2) - 1, std::exp(-1) - 1, 0, 1, 2});
  for (const char* name : {"swish", "silu"}) {
    expect(activation(name), {-2 * sigmoid(-2), -sigmoid(-1), 0, sigmoid(1), 2 * sigmoid(2)});
  }
  expect(activation("leaky_relu"), {-0.4, -0.2, 0, 1, 2});
  expect(activation("hard_silu"), {-2. / 6, -2. / 6, 0, 4. / 6, 10. / 6});
  EXPECT_NE(activation("softplus").errors(), "");
}

TEST(KerasActivations, AreNamedInEveryVersionsWay) {
  expect(activation({{"class_name", "function"}, {"config", "relu"}}), {0, 0, 0, 1, 2});
  expect(activation({{"module", "builtins"},
                     {"class_name", "function"},
                     {"config", "relu6"},
                     {"registered_name", "function"}}),
         {0, 0, 0, 1, 2});
  expect(activation({{"module", nullptr},
                     {"class_name", "function"},
                     {"config", "relu6"},
                     {"registered_name", "Custom>relu6"}}),
         {0, 0, 0, 1, 2});
  expect(activation("Custom>relu6"), {0, 0, 0, 1, 2});
  EXPECT_EQ(
      activation(
          {{"class_name", "function"}, {"config", "sigmoid"}, {"registered_name", "mine>sigmoid"}})
          .errors(),
      "f.h5: layer 'x': its activation is 'mine>sigmoid', a function of the model's own; "
      "slimc knows none but relu6");
}

TEST(KerasActivations, ThatAreLayersInAConfig) {
  const auto with = [](const std::string& name, const Json& config) {
    return activation({{"module", "keras.layers"}, {"class_name", name}, {"config", config}});
  };
  expect(with("LeakyReLU", {{"name", "l"}, {"negative_slope", 0.5}}), {-1, -0.5, 0, 1, 2});
  expect(with("ReLU", {{"max_value", 6.0}}), {0, 0, 0, 1, 2});
  SequentialFile file({nullptr, 1, 1, 1});  // -2
  file.layer("d", "Conv2D",
             {{"kernel_size", 1},
              {"filters", 1},
              {"use_bias", false},
              {"activation", {{"class_name", "LeakyReLU"}, {"config", {{"alpha", 0.25}}}}}},
             {{"kernel", {Shape{1, 1, 1, 1}, {2}}}});
  EXPECT_EQ(run(file), std::vector<double>{-1});
  EXPECT_EQ(run(file, {.output_nodes = {"d/logits"}}), std::vector<double>{-4});
}

TEST(KerasActivations, OfLayersOfTheirOwn) {
  expect(five("ReLU", {{"max_value", 1.5}}), {0, 0, 0, 1, 1.5});
  expect(five("ReLU", {{"negative_slope", 0.5}}), {-1, -0.5, 0, 1, 2});
  expect(five("LeakyReLU"), {-0.6, -0.3, 0, 1, 2});
  expect(five("LeakyReLU", {{"alpha", 0.1}}), {-0.2, -0.1, 0, 1, 2});
  expect(five("LeakyReLU", {{"alpha", {{"type", "ndarray"}, {"value", 0.25}}}}),
         {-0.5, -0.25, 0, 1, 2});
  expect(five("LeakyReLU", {{"negative_slope", 0.5}}), {-1, -0.5, 0, 1, 2});
  expect(five("ELU", {{"alpha", 2}}), {2 * std::exp(-2) - 2, 2 * std::exp(-1) - 2, 0, 1, 2});
}

TEST(KerasNormalization, IsOfConfigOrWeights) {
  expect(five("Normalization", {{"axis", nullptr}, {"mean", 1}, {"variance", 4}}),
         {-1.5, -1, -0.5, 0, 0.5});
  expect(five("Normalization", {{"axis", -1}, {"mean", {1}}, {"variance", {4}}, {"invert", true}}),
         {-3, -1, 1, 3, 5});
  // A variance of zero is taken for 1e-14: its root is not below 1e-7.
  EXPECT_THAT(run(five("Normalization", {{"axis", -1}, {"mean", 0}, {"variance", 0}})),
              Pointwise(DoubleNear(10), std::vector<double>{-2e7, -1e7, 0, 1e7, 2e7}));
  SequentialFile adapted({nullptr, 1, 1, 2});
  adapted.layer(
      "x", "Normalization", {{"axis", Json::array({3})}},
      {{"mean", {Shape{2}, {1, 2}}}, {"variance", {Shape{2}, {4, 9}}}, {"count", {Shape{}, {7}}}});
  EXPECT_THAT(run(adapted), Pointwise(DoubleNear(1e-6), std::vector<double>{-1.5, -1}));
  EXPECT_EQ(five("Normalization", {{"axis", 1}, {"mean", 0}, {"variance", 1}}).errors(),
            "f.h5: layer 'x': its axis is 1; slimc normalises over channels, 3");
  EXPECT_EQ(five("Normalization", {{"axis", -1}, {"mean", 0}}).errors(),
            "f.h5: layer 'x': has only one of mean and variance in its config");
}

// A network of one call, in the words of a version.
SequentialFile called(const std::string& class_name, Json config, const Json& node) {
  config["name"] = "x";
  Json in = {{"class_name", "InputLayer"},
             {"name", "in"},
             {"config", {{"name", "in"}, {"batch_input_shape", {nullptr, 1, 5, 1}}}},
             {"inbound_nodes", Json::array()}};
  Json nodes = Json::array();
  nodes.push_back(node);
  Json layer = {
      {"class_name", class_name}, {"name", "x"}, {"config", config}, {"inbound_nodes", nodes}};
  SequentialFile file;
  file.set_config(Json{{"class_name", "Functional"},
                       {"config",
                        {{"name", "m"},
                         {"layers", {in, layer}},
                         {"input_layers", Json::parse(R"([["in",0,0]])")},
                         {"output_layers", Json::parse(R"([["x",0,0]])")}}}}
                      .dump());
  return file;
}

SequentialFile lambda(const std::string& function, const std::string& node) {
  return called("TFOpLambda", {{"function", function}}, Json::parse(node));
}

TEST(KerasOperations, OfTensorFlow2) {
  expect(lambda("math.truediv", R"(["in",0,0,{"y":2.0,"name":null}])"), {-1, -0.5, 0, 0.5, 1});
  expect(lambda("math.truediv", R"([["in",0,0,{"y":2.0,"name":null}]])"), {-1, -0.5, 0, 0.5, 1});
  expect(lambda("math.subtract", R"(["in",0,0,{"y":1.0}])"), {-3, -2, -1, 0, 1});
  expect(lambda("math.subtract", R"(["_CONSTANT_VALUE",-1,1.0,{"y":["in",0,0]}])"),
         {3, 2, 1, 0, -1});
  expect(lambda("math.multiply", R"(["in",0,0,{"y":[3.0]}])"), {-6, -3, 0, 3, 6});
  expect(lambda("__operators__.add", R"(["in",0,0,{"y":1}])"), {-1, 0, 1, 2, 3});
  expect(lambda("nn.bias_add", R"(["in",0,0,{"bias":[-1.0],"data_format":"channels_last"}])"),
         {-3, -2, -1, 0, 1});
  expect(lambda("cast", R"(["in",0,0,{"dtype":"float32"}])"), {-2, -1, 0, 1, 2});
  expect(lambda("nn.relu6", R"(["in",0,0,{"name":null}])"), {0, 0, 0, 1, 2});
  EXPECT_EQ(lambda("image.resize", R"(["in",0,0,{"size":[2,2]}])").errors(),
            "f.h5: layer 'x': computes image.resize, which slimc does not read; it reads adding, "
            "subtracting, multiplying and dividing by constants, and activations; --input-node x "
            "lets the network begin behind it");
  EXPECT_EQ(lambda("math.truediv", R"(["in",0,0,{"y":0}])").errors(),
            "f.h5: layer 'x': divides by zero");
  EXPECT_EQ(lambda("math.multiply", R"(["in",0,0,{"y":[1,2]}])").errors(),
            "f.h5: layer 'x': its constant has 2 elements, expected a number for each of 1 "
            "channels");
  EXPECT_EQ(lambda("math.multiply", R"(["in",0,0,{"y":"a"}])").errors(),
            "f.h5: layer 'x': its constant is \"a\", expected a number, or one for each channel");
}

TEST(KerasOperations, OfTensorFlow20To23) {
  const auto op = [](const std::string& name, const Json& constants, bool as_text) {
    const Json node = {{"name", "x"}, {"op", name}, {"input", {"in", "y"}}};
    const Json given = as_text ? Json(node.dump()) : node;
    return called("TensorFlowOpLayer", {{"node_def", given}, {"constants", constants}},
                  Json::parse(R"([["in",0,0,{}]])"));
  };
  for (const bool as_text : {false, true}) {
    expect(op("RealDiv", {{"1", 2.0}}, as_text), {-1, -0.5, 0, 0.5, 1});
    expect(op("Sub", {{"0", 1.0}}, as_text), {3, 2, 1, 0, -1});
    expect(op("AddV2", {{"1", Json::array({1.0})}}, as_text), {-1, 0, 1, 2, 3});
    expect(op("Relu6", Json::object(), as_text), {0, 0, 0, 1, 2});
  }
  EXPECT_NE(op("Pow", {{"1", 2.0}}, true).errors(), "");
  EXPECT_NE(op("Mul", Json::object(), true).errors(), "");
}

TEST(KerasOperations, OfKeras3) {
  const std::string in =
      R"({"class_name":"__keras_tensor__","config":{"shape":[null],"keras_history":["in",0,0]}})";
  const auto op = [&](const std::string& name, const std::string& args, const std::string& kwargs) {
    return called(name, {}, Json::parse("{\"args\":" + args + ",\"kwargs\":" + kwargs + "}"));
  };
  expect(op("TrueDivide", "[" + in + ",2.0]", "{}"), {-1, -0.5, 0, 0.5, 1});
  expect(op("Divide", "[" + in + "]", R"({"x2":2})"), {-1, -0.5, 0, 0.5, 1});
  expect(op("Subtract", "[1.0," + in + "]", "{}"), {3, 2, 1, 0, -1});
  expect(op("Multiply",
            "[" + in + R"(,{"class_name":"__numpy__","config":{"value":[3.0],"dtype":"float32"}}])",
            "{}"),
         {-6, -3, 0, 3, 6});
  expect(op("Add", "[" + in + ",[1]]", "{}"), {-1, 0, 1, 2, 3});
  expect(op("Sigmoid", "[" + in + "]", "{}"), {1 / (1 + std::exp(2)), 1 / (1 + std::exp(1)), 0.5,
                                               1 / (1 + std::exp(-1)), 1 / (1 + std::exp(-2))});
  EXPECT_EQ(op("GetItem", "[" + in + ",0]", "{}").errors(),
            "f.h5: layer 'x': class GetItem is not supported: where it swaps red and blue "
            "(preprocess_input of the caffe kind), --input-node lets the network begin behind it, "
            "with --order bgr");
}

TEST(KerasLayers, Groups) {
  const auto grouped = [](int groups, int filters, Tensor kernel) {
    SequentialFile file({nullptr, 1, 1, 4});  // -2 -1 0 1
    file.layer("x", "Conv2D",
               {{"kernel_size", 1}, {"filters", filters}, {"groups", groups}, {"use_bias", false}},
               {{"kernel", std::move(kernel)}});
    return file;
  };
  // Two filters a channel.
  expect(grouped(4, 8, {Shape{1, 1, 1, 8}, {1, 2, 3, 4, 5, 6, 7, 8}}),
         {-2, -4, -3, -4, 0, 0, 7, 8});
  // Filters 0 and 1 read channels 0 and 1, the others 2 and 3.
  expect(grouped(2, 4, {Shape{1, 1, 2, 4}, {1, 2, 3, 4, 10, 20, 30, 40}}), {-12, -24, 30, 40});
}

TEST(KerasLayers, ThatMoveNothing) {
  SequentialFile row({nullptr, 1, 5, 1});
  row.layer("x", "Permute", {{"dims", {2, 1, 3}}});
  expect(row, {-2, -1, 0, 1, 2});
  SequentialFile image({nullptr, 2, 2, 2});
  image.layer("x", "Permute", {{"dims", {2, 1, 3}}});
  EXPECT_EQ(image.errors(),
            "f.h5: layer 'x': permutes [1,2,2,2] by [2,1,3]; slimc reads permutations that move "
            "nothing");
  EXPECT_EQ(five("Permute", {{"dims", {1, 1, 3}}}).errors(),
            "f.h5: layer 'x': its dims are [1,1,3], expected 1 to 3 in some order");
  expect(five("Resizing", {{"height", 1}, {"width", 5}}), {-2, -1, 0, 1, 2});
  EXPECT_EQ(five("Resizing", {{"height", 2}, {"width", 2}}).errors(),
            "f.h5: layer 'x': makes 2x2 of an image of 1x5; slimc does not resize or crop inside a "
            "network: --resolution 2x2, where the model leaves its size open, or --input-node x");
  expect(five("Cropping2D", {{"cropping", {{0, 0}, {0, 0}}}}), {-2, -1, 0, 1, 2});
  EXPECT_NE(five("Cropping2D", {{"cropping", {{0, 1}, {0, 0}}}}).errors(), "");
  for (const char* name :
       {"RandomBrightness", "ActivityRegularization", "AlphaDropout", "RandomShear", "Identity"}) {
    expect(five(name), {-2, -1, 0, 1, 2});
  }
}

// What is listed is what can be named, and it is one thing.
TEST(KerasNames, OfALayerWithSoftmax) {
  SequentialFile file({nullptr, 1, 1, 2});  // -2 -1
  file.layer("flat", "Flatten");
  file.layer("dense", "Dense", {{"units", 2}, {"activation", "softmax"}},
             {{"kernel", {Shape{2, 2}, {1, 0, 0, 1}}}, {"bias", {Shape{2}, {1, 1}}}});
  const double e = std::exp(1);
  const std::vector<double> logits = {-1, 0}, probabilities = {1 / (1 + e), e / (1 + e)};
  EXPECT_THAT(run(file), Pointwise(DoubleNear(1e-6), probabilities));
  EXPECT_THAT(run(file, {.output_nodes = {"dense"}}), Pointwise(DoubleNear(1e-6), probabilities));
  EXPECT_THAT(run(file, {.output_nodes = {"dense/BiasAdd"}}), Pointwise(DoubleNear(1e-6), logits));
  const Result<Graph> graph = file.load({.output_nodes = {"dense/logits", "dense"}});
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "dense/logits");
  EXPECT_EQ(graph->op(graph->outputs[0].value).kind, OpKind::BiasAdd);
  EXPECT_EQ(graph->op(graph->outputs[1].value).kind, OpKind::Softmax);
  EXPECT_EQ(file.errors({.output_nodes = {"dense/logit"}}),
            "f.h5: --output-node dense/logit: layer 'dense' has no op of this name; did you mean "
            "'dense/logits'?");
  EXPECT_EQ(file.errors({.output_nodes = {"dens"}}),
            "f.h5: has no layer 'dens' in front of its outputs, which --output-node names; did you "
            "mean 'dense'?");
}

TEST(KerasNames, OfALayerWithSigmoid) {
  SequentialFile file({nullptr, 1, 1, 1});  // -2
  file.layer("flat", "Flatten");
  file.layer("d", "Dense", {{"units", 1}, {"use_bias", false}, {"activation", "sigmoid"}},
             {{"kernel", {Shape{1, 1}, {3}}}});
  EXPECT_NEAR(run(file, {.output_nodes = {"d"}}).at(0), 1 / (1 + std::exp(6)), 1e-6);
  EXPECT_EQ(run(file, {.output_nodes = {"d/logits"}}), std::vector<double>{-6});
}

}  // namespace
}  // namespace slimc::frontend
