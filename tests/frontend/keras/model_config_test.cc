// Models as JSON: how layers are connected, where a network begins and ends, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/keras/tree_builder.h"

namespace slimc::frontend {
namespace {

using testing::Json;
using testing::SequentialFile;

Json layer(const std::string& name, const std::string& class_name, const Json& inbound,
           Json config = Json::object()) {
  config["name"] = name;
  return {
      {"name", name}, {"class_name", class_name}, {"config", config}, {"inbound_nodes", inbound}};
}

// A list; {x} alone is a list or x itself, depending on the compiler.
Json list(std::initializer_list<Json> elements) {
  Json result = Json::array();
  for (const Json& element : elements) result.push_back(element);
  return result;
}

// A result, as what reads it names it.
Json reference(const std::string& name, int node = 0, int tensor = 0) {
  return list({name, node, tensor});
}

// Of one node that reads one result.
Json from(const std::string& name) { return list({list({reference(name)})}); }

Json input(const std::string& name = "in") {
  return layer(name, "InputLayer", Json::array(), {{"batch_input_shape", {nullptr, 4, 4, 2}}});
}

std::string errors(const Json& layers, const Json& outputs, const ModelRequest& request = {},
                   const Json& inputs = list({reference("in")})) {
  SequentialFile file;
  file.set_config(Json{
      {"class_name", "Functional"},
      {"config",
       {{"name", "m"}, {"layers", layers}, {"input_layers", inputs}, {"output_layers", outputs}}}}
                      .dump());
  return file.errors(request);
}

std::string errors_of_text(const std::string& text) {
  SequentialFile file;
  file.set_config(text);
  return file.errors();
}

TEST(KerasModelConfig, ThatIsNoModel) {
  EXPECT_EQ(errors_of_text("{\"class_name\": "), "f.h5: its model_config is no JSON");
  EXPECT_EQ(errors_of_text("{\"config\": 1e999}"), "f.h5: its model_config is no JSON");
  EXPECT_EQ(errors_of_text(std::string(100'000, '[')),
            "f.h5: its model_config is nested deeper than 128");
  EXPECT_EQ(errors_of_text(std::string((16 << 20) + 1, ' ')),
            "f.h5: its model_config has 16777217 bytes, more than 16777216");
  EXPECT_EQ(errors_of_text("[1]"),
            "f.h5: its model_config is of class ''; slimc reads Functional, Model and Sequential");
  EXPECT_EQ(errors_of_text(R"({"class_name": "Graph", "config": {}})"),
            "f.h5: its model_config is of class 'Graph'; slimc reads Functional, Model and "
            "Sequential");
  EXPECT_EQ(errors_of_text(R"({"class_name": "Sequential", "config": {}})"),
            "f.h5: its model_config has no layers");
  EXPECT_EQ(errors_of_text(R"({"class_name": "Sequential", "config": [{"class_name": "ReLU"}]})"),
            "f.h5: layer 0 of its model_config lacks a name, a class_name or a config");
}

TEST(KerasModelConfig, ReadsEveryFormOfReference) {
  const std::string nodes[] = {R"([[["in", 0, 0, {}]]])", R"([["in", 0, 0, {}]])",
                               R"([[["in", 1, 0]]])",
                               R"([{"args": [{"class_name": "__keras_tensor__",
                     "config": {"shape": [null], "keras_history": ["in", 0, 0]}}],
           "kwargs": {}}])"};
  for (const std::string& node : nodes) {
    EXPECT_EQ(errors({input(), layer("a", "ReLU", Json::parse(node))}, list({reference("a")})), "")
        << node;
  }
  EXPECT_EQ(errors({input(), layer("a", "ReLU", from("in"))}, reference("a"), {}, reference("in")),
            "");
}

TEST(KerasModelConfig, WhoseLayersDoNotFitTogether) {
  const Json a = layer("a", "ReLU", from("in"));
  EXPECT_EQ(errors({input(), a, a}, list({reference("a")})),
            "f.h5: layer 'a': two layers of its model_config have this name");
  EXPECT_EQ(errors({input(), a}, Json::array()), "f.h5: its model_config has no output_layers");
  EXPECT_EQ(errors({input(), a}, list({reference("b")})),
            "f.h5: its model_config names a layer 'b' that it lacks");
  EXPECT_EQ(errors({input(), layer("a", "ReLU", from("b")), layer("b", "ReLU", from("a"))},
                   list({reference("a")})),
            "f.h5: layer 'a': depends on itself");
  EXPECT_EQ(errors({input(), layer("a", "ReLU", list({list({reference("in", 0, 1)})}))},
                   list({reference("a")})),
            "f.h5: layer 'in': has one result; result 2 of it is read");
  EXPECT_EQ(errors({input(), layer("a", "ReLU", list({list({reference("in"), reference("in")})}))},
                   list({reference("a")})),
            "f.h5: layer 'a': ReLU has 2 inputs, expected one");
  EXPECT_EQ(errors(list({layer("a", "ReLU", Json::array())}), list({reference("a")})),
            "f.h5: layer 'a': ReLU has 0 inputs, expected one");
  EXPECT_EQ(errors({input(), input("in2"),
                    layer("a", "Add", list({list({reference("in"), reference("in2")})}))},
                   list({reference("a")})),
            "f.h5: layer 'a': class Add is not supported");
}

TEST(KerasModelConfig, OfSeveralOutputs) {
  const Json layers = {input(), layer("a", "ReLU", from("in")), layer("b", "Dropout", from("a"))};
  EXPECT_EQ(errors(layers, list({reference("a"), reference("b")})), "");
  EXPECT_EQ(errors(layers, list({reference("a"), reference("b")}), {.output_nodes = {"a"}}), "");
  EXPECT_EQ(errors(layers, list({reference("b")}), {.output_nodes = {"c"}}),
            "f.h5: has no layer 'c' in front of its outputs, which --output-node names; did you "
            "mean 'a' or 'b'?");
  EXPECT_EQ(errors(layers, list({reference("b")}), {.input_node = "in"}), "");
  EXPECT_EQ(errors(layers, list({reference("b")}), {.input_node = "a"}), "");
  EXPECT_EQ(errors(layers, list({reference("a")}), {.input_node = "b", .output_nodes = {"a"}}),
            "f.h5: has no layer 'b' in front of its outputs, which --input-node names; did you "
            "mean 'a'?");
  EXPECT_EQ(errors(layers, list({reference("b")}), {.input_node = "b", .output_nodes = {"a"}}),
            "f.h5: --input-node b: the output does not depend on it");
}

TEST(KerasModelConfig, OfModelsInModels) {
  const auto model = [&](const Json& inputs, const Json& outputs) {
    return layer("inner", "Model", from("in"),
                 {{"layers", {input("x"), input("y"), layer("a", "ReLU", from("x"))}},
                  {"input_layers", inputs},
                  {"output_layers", outputs}});
  };
  EXPECT_EQ(errors({input(), model(list({reference("x")}), list({reference("a")}))},
                   list({reference("inner")})),
            "");
  EXPECT_EQ(errors({input(), model(list({reference("x"), reference("y")}), list({reference("a")}))},
                   list({reference("inner")})),
            "f.h5: layer 'inner': is a model of 2 inputs; slimc reads models of one");
  Json nested = layer("r", "ReLU", Json::array());
  for (int i = 0; i < 30; ++i) {
    nested = layer("s", "Sequential", Json::array(), {{"layers", list({nested})}});
  }
  SequentialFile file;
  file.layers.push_back(nested);
  EXPECT_EQ(file.errors(),
            "f.h5: layer 's/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s': models are nested "
            "deeper than 24");
}

// A layer that is applied twice computes twice, with the same weights.
TEST(KerasModelConfig, WhoseLayersAreShared) {
  SequentialFile file;
  file.layer("d", "Dense", {{"units", 2}, {"use_bias", false}},
             {{"kernel", {Shape{2, 2}, {0, 1, 2, 0}}}});
  const Json twice = list({list({reference("in")}), list({reference("d")})});
  const auto config = [&](const Json& outputs) {
    return Json{
        {"class_name", "Functional"},
        {"config",
         {{"name", "m"},
          {"layers",
           {layer("in", "InputLayer", Json::array(), {{"batch_input_shape", {nullptr, 1, 1, 2}}}),
            layer("d", "Dense", twice, {{"units", 2}, {"use_bias", false}})}},
          {"input_layers", list({reference("in")})},
          {"output_layers", outputs}}}}
        .dump();
  };
  file.set_config(config(list({reference("d", 1), reference("d", 0)})));
  const Result<Graph> graph = file.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "d/call_2");
  EXPECT_EQ(graph->outputs[1].name, "d");
  // [3, 5] * [0 1; 2 0] = [10, 3]; [10, 3] likewise = [6, 10].
  const auto result = reference::evaluate(*graph, {Shape{1, 1, 1, 2}, {3, 5}});
  EXPECT_THAT(result.data, ::testing::ElementsAre(6, 10));
  file.set_config(config(list({reference("d", 2)})));
  EXPECT_EQ(file.errors(),
            "f.h5: layer 'd': is applied 2 times, and which of them number 2 is cannot be told");
}

TEST(KerasModelConfig, ThatIsCalledForTraining) {
  const Json call = Json::parse(R"([[["in", 0, 0, {"training": true}]]])");
  EXPECT_EQ(errors({input(), layer("a", "Dropout", call)}, list({reference("a")})),
            "f.h5: layer 'a': is called with training=True; slimc compiles inference, where it "
            "computes something else");
  EXPECT_EQ(errors({input(), layer("a", "ReLU", call)}, list({reference("a")})), "");
}

TEST(KerasModelConfig, OfSeveralImages) {
  EXPECT_EQ(errors({input(), input("in2"), layer("a", "ReLU", from("in")),
                    layer("b", "ReLU", from("in2"))},
                   list({reference("a"), reference("b")})),
            "f.h5: reads 2 inputs: 'in', 'in2'; slimc compiles networks of one image");
}

TEST(KerasModelConfig, OfASequentialThatIsAList) {
  SequentialFile file;
  file.set_config(Json{{"class_name", "Sequential"},
                       {"config",
                        {{{"class_name", "ReLU"},
                          {"config", {{"name", "a"}, {"batch_input_shape", {nullptr, 4, 4, 2}}}}},
                         {{"class_name", "Flatten"}, {"config", {{"name", "b"}}}}}}}
                      .dump());
  const Result<Graph> graph = file.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->op(graph->input).name, "a_input");
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{1, 32}));
}

std::string input_errors(const Json& shape, const ModelRequest& request = {}) {
  return SequentialFile(shape).layer("a", "ReLU").errors(request);
}

TEST(KerasModelConfig, WhoseInputIsNoImage) {
  EXPECT_EQ(input_errors({nullptr, 10}),
            "f.h5: layer 'input': the input's shape is [null,10], expected [n,h,w,c]");
  EXPECT_EQ(input_errors({nullptr, 0, 4, 2}),
            "f.h5: layer 'input': the input's shape is [null,0,4,2], expected [n,h,w,c]");
  EXPECT_EQ(input_errors({nullptr, 1 << 20, 1 << 20, 3}),
            "f.h5: layer 'input': the input [1,1048576,1048576,3] has more than 268435456 "
            "elements");
  EXPECT_EQ(input_errors(nullptr), "f.h5: layer 'input': says nothing of its input's shape");
  EXPECT_EQ(input_errors({nullptr, nullptr, nullptr, 3}),
            "f.h5: layer 'input': the model leaves the height or width of its input open; "
            "--resolution sets it");
  EXPECT_EQ(input_errors({nullptr, 4, 4, 2}, {.resolution = std::pair(8, 8)}),
            "f.h5: layer 'input': the model fixes the input at 4x4; --resolution asks for 8x8");
  EXPECT_EQ(input_errors({nullptr, 4, 4, 2}, {.batch = 0}), "--batch 0: expected 1 or more");
  SequentialFile integers;
  integers.layers[0]["config"]["dtype"] = "int32";
  EXPECT_EQ(
      integers.layer("a", "ReLU").errors(),
      "f.h5: layer 'input': the input is of type int32; slimc compiles models of floats, and of "
      "bytes that are made floats at once");
  SequentialFile bytes;
  bytes.layers[0]["config"]["dtype"] = "uint8";
  EXPECT_EQ(bytes.layer("a", "ReLU").errors(),
            "f.h5: layer 'a': ReLU computes with bytes, as 'input' is of type uint8; slimc reads "
            "models that make them floats at once (Rescaling)");
  SequentialFile scaled;
  scaled.layers[0]["config"]["dtype"] = "uint8";
  EXPECT_EQ(scaled.layer("a", "Rescaling", {{"scale", 0.5}, {"offset", 0}}).errors(), "");
}

TEST(KerasModelConfig, WhoseInputIsOpenTakesTheRequests) {
  const auto shape = [](const Json& declared, const ModelRequest& request) {
    const Result<Graph> graph = SequentialFile(declared).layer("a", "ReLU").load(request);
    EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
    return graph ? graph->op(graph->input).shape : Shape();
  };
  EXPECT_EQ(
      shape({nullptr, nullptr, nullptr, nullptr}, {.batch = 2, .resolution = std::pair(8, 9)}),
      (Shape{2, 8, 9, 3}));
  EXPECT_EQ(shape({5, 4, 4, 2}, {}), (Shape{5, 4, 4, 2}));
  EXPECT_EQ(shape({5, 4, 4, 2}, {.batch = 2}), (Shape{2, 4, 4, 2}));
}

}  // namespace
}  // namespace slimc::frontend
