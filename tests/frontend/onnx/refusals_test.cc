// What is said of files that cannot be compiled, in full, and of what was assumed or left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "frontend/onnx/is_onnx.h"
#include "tests/frontend/onnx/onnx_files.h"

namespace slimc::frontend {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string errors(const ModelBuilder& b, Loader loader = Loader("net.onnx")) {
  return loader.errors_of(b.bytes());
}

// x [1,3,8,8] through one node with the given inputs.
ModelBuilder one(const std::string& op, const std::vector<std::string>& inputs = {"x"},
                 std::int64_t opset = 13) {
  ModelBuilder b(opset);
  b.node(op, inputs, "y");
  b.output("y");
  return b;
}

TEST(OnnxRefusals, NameAllOperatorsAtOnce) {
  ModelBuilder b;
  b.node("LogSoftmax", {"x"}, "a");
  b.node("Relu", {"a"}, "b").set_name("relu");
  auto& swish = b.node("QuickGelu", {"b"}, "c");
  swish.set_domain("com.microsoft");
  swish.set_name("gelu");
  b.node("Concat", {"c", "b"}, "d");
  b.node("Split", {"d"}, "e");
  b.node("If", {"e"}, "f");
  b.output("f");
  EXPECT_EQ(errors(b),
            "net.onnx: node 'a' (LogSoftmax): is not supported (opset 13)\n"
            "net.onnx: node 'gelu' (com.microsoft.QuickGelu): is not supported\n"
            "net.onnx: node 'd' (Concat): is not supported on what the network computes, only on "
            "shapes and constants\n"
            "net.onnx: node 'e' (Split): is not supported (opset 13)\n"
            "net.onnx: node 'f' (If): is not supported (opset 13)");
}

TEST(OnnxRefusals, SayWhatCanBeDoneAboutRuntimesLayouts) {
  ModelBuilder b = one("Conv");
  b.graph().mutable_node(0)->set_domain("com.microsoft.nchwc");
  EXPECT_EQ(errors(b),
            "net.onnx: node 'y' (com.microsoft.nchwc.Conv): is not supported: ONNX Runtime made it "
            "for one machine; the file it was made from, or one optimised at the level 'basic' or "
            "'extended', can be read");
}

TEST(OnnxRefusals, CallQuantisedFilesThatBeforeAnythingElse) {
  ModelBuilder b;
  b.node("Unheard", {"x"}, "a");
  b.node("QuantizeLinear", {"a", "scale", "zero"}, "q").set_name("quant");
  b.node("QLinearConv", {"q"}, "y");
  b.output("y");
  b.output("missing");
  EXPECT_EQ(
      errors(b),
      "net.onnx: is quantised (2 of its 3 nodes, the first is 'quant', QuantizeLinear); slimc "
      "compiles float32 models; not yet");
}

TEST(OnnxRefusals, OfSingleOperators) {
  const auto with = [](ModelBuilder b, auto name, auto value) {
    set(*b.graph().mutable_node(0), name, value);
    return errors(b);
  };
  const std::string node = "net.onnx: node 'y' ";
  ModelBuilder gemm = one("Gemm", {"flat", "w"});
  gemm.floats("w", {192, 4});
  gemm.node("Flatten", {"x"}, "flat");
  EXPECT_EQ(with(gemm, "transA", std::int64_t{1}),
            node + "(Gemm): transposes its input (transA), which slimc does not do");
  ModelBuilder prelu = one("PRelu", {"x", "slope"});
  prelu.floats("slope", {3, 1, 1});
  EXPECT_EQ(errors(prelu), node + "(PRelu): has a slope for each channel, which slimc does not do");
  ModelBuilder norm = one("BatchNormalization", {"x", "v", "v", "v", "v"}, 15);
  norm.floats("v", {3});
  EXPECT_EQ(with(norm, "training_mode", std::int64_t{1}),
            node +
                "(BatchNormalization): normalises by the batch (training mode), which slimc does "
                "not do; export the model for inference (model.eval() in PyTorch)");
  EXPECT_EQ(with(one("Relu"), "slope", 0.5f),
            node + "(Relu): has the attribute 'slope', which slimc does not know of this operator");
  EXPECT_EQ(with(one("LeakyRelu"), "alpha", std::int64_t{1}),
            node + "(LeakyRelu): its attribute 'alpha' is of type INT, expected FLOAT");
  ModelBuilder conv = one("Conv", {"x", "w"});
  conv.floats("w", {4, 2, 3, 3});
  EXPECT_EQ(errors(conv),
            node +
                "(Conv): its weights 'w' [4,2,3,3] with group 1 do not fit an input [1,3,8,8] "
                "[n,c,h,w]; expected [co,3,kh,kw]");
  ModelBuilder pad = one("Pad", {"x", "p"});
  pad.integers("p", {0, 0, 1, 1, 0, 0, 1, 1});
  EXPECT_EQ(with(pad, "mode", std::string("reflect")),
            node + "(Pad): pads with mode 'reflect'; slimc pads with zeros");
  ModelBuilder pool = one("AveragePool");
  set(*pool.graph().mutable_node(0), "kernel_shape", std::vector<std::int64_t>{3, 3});
  set(*pool.graph().mutable_node(0), "strides", std::vector<std::int64_t>{2, 2});
  EXPECT_EQ(with(pool, "ceil_mode", std::int64_t{1}),
            node +
                "(AveragePool): rounds its size up (ceil_mode), with windows that reach beyond "
                "the image, which slimc does not do");
  ModelBuilder cast = one("Cast");
  EXPECT_EQ(with(cast, "to", std::int64_t{schema::INT64}),
            node + "(Cast): casts what the network computes to INT64; slimc computes with float32");
}

TEST(OnnxRefusals, OfInputsAndOutputs) {
  ModelBuilder flat = one("Flatten");
  flat.graph().clear_output();
  flat.node("Relu", {"y"}, "z");
  flat.output("z");
  EXPECT_EQ(errors(flat),
            "net.onnx: output 'z': is [1,192] in the file, of which slimc has the elements in "
            "another order (height, width, channels); --output-node may name the value in front of "
            "the reshape");
  ModelBuilder two = one("Add", {"x", "x2"});
  *two.graph().add_input() = two.graph().input(0);
  two.graph().mutable_input(1)->set_name("x2");
  EXPECT_EQ(errors(two),
            "net.onnx: has 2 inputs; slimc compiles networks of one image; --input-node names it: "
            "'x', 'x2'");
  Loader named("net.onnx");
  named.request.output_nodes = {"relu"};
  ModelBuilder relu = one("Sigmoid");
  relu.node("Relu", {"y"}, "relu_1");
  EXPECT_EQ(named.errors_of(relu.bytes()),
            "net.onnx: has no value and no node 'relu', which --output-node names; did you mean "
            "'relu_1'?");
  ModelBuilder bytes = one("Relu");
  bytes.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      schema::UINT8);
  EXPECT_EQ(errors(bytes),
            "net.onnx: value 'x': the input is UINT8; slimc compiles float32 models; --input-node "
            "may name the value behind the cast to floats");
  ModelBuilder open(13, {-1, 3, -1, -1});
  open.node("GlobalAveragePool", {"x"}, "y");
  open.output("y");
  EXPECT_EQ(errors(open),
            "net.onnx: value 'x': the model leaves the height or width of its input open; "
            "--resolution sets it");
}

// Its pixels lie as the channels of one would, and stages reduce pixels alone.
TEST(OnnxReductions, OfAnImageOfOneChannelAreOfItsPixels) {
  for (const auto& [node, kind] :
       {std::pair("GlobalAveragePool", OpKind::Mean), std::pair("GlobalMaxPool", OpKind::Max)}) {
    ModelBuilder b(13, {1, 1, 6, 5});
    b.node(node, {"x"}, "y");
    b.output("y");
    Loader loader("net.onnx");
    const auto graph = loader.read(b.bytes());
    ASSERT_TRUE(graph) << graph.error().to_string();
    EXPECT_TRUE(std::any_of(graph->ops().begin(), graph->ops().end(), [kind = kind](const Op& op) {
      return op.kind == kind;
    })) << print(*graph);
  }
}

TEST(OnnxReports, WhatWasAssumedOrLeftOut) {
  ModelBuilder b;
  b.floats("w", {4, 3, 1, 1}).set_data_type(schema::FLOAT16);
  auto& weights = *b.graph().mutable_initializer(0);
  weights.clear_float_data();
  for (int i = 0; i < 12; ++i) weights.add_int32_data(0x3c00);  // 1
  b.node("Conv", {"x", "w"}, "features");
  b.node("Relu", {"features"}, "other");
  b.output("features");
  Loader loader("net.onnx");
  const auto graph = loader.read(b.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_THAT(
      loader.warnings,
      ElementsAre("net.onnx: the input is [1,3,8,8] (NCHW) in the file; the compiled network takes "
                  "[1,8,8,3] (NHWC)",
                  "net.onnx: 1 node depends on the image, which no output needs, and is left out: "
                  "'other' (Relu)",
                  "net.onnx: has numbers of FLOAT16; slimc computes with them as float32",
                  "net.onnx: the output 'features' is [1,4,8,8] (NCHW) in the file; the compiled "
                  "network gives [1,8,8,4] (NHWC)"));
  EXPECT_EQ(graph->outputs.front().name, "features");
}

TEST(OnnxEndpoints, AreWhatTheUserNames) {
  ModelBuilder b;
  b.floats("w", {4, 3, 1, 1});
  b.node("Conv", {"x", "w"}, "a").set_name("first");
  b.node("Relu", {"a"}, "b");
  b.node("Sigmoid", {"b"}, "c");
  b.output("c");
  Loader loader("net.onnx");
  loader.request.input_node = "first";
  loader.request.output_nodes = {"c", "b"};
  loader.request.batch = 2;
  const auto graph = loader.read(b.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->op(graph->input).shape, (Shape{2, 8, 8, 4}));
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "c");
  EXPECT_EQ(graph->outputs[1].name, "b");
}

// A layer of several ops is known by the name that the file has for its result.
TEST(OnnxEndpoints, AreCalledAsInspectListsThem) {
  ModelBuilder b = one("Gemm", {"flat", "w", "c"});
  b.floats("w", {192, 4});
  b.floats("c", {4});
  b.node("Flatten", {"x"}, "flat");
  Loader loader("net.onnx");
  const auto graph = loader.read(b.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  const Op& bias = graph->op(graph->output());
  EXPECT_EQ(bias.kind, OpKind::BiasAdd);
  EXPECT_EQ(graph->op(bias.inputs[0]).name, "y");
  EXPECT_EQ(graph->outputs.front().name, "y");
}

TEST(OnnxFunctions, AreInlined) {
  ModelBuilder b;
  auto& function = *b.model.add_functions();
  function.set_name("Act");
  function.set_domain("local");
  function.add_input("in");
  function.add_output("out");
  function.add_attribute("slope");
  auto& inner = *function.add_node();
  inner.set_op_type("LeakyRelu");
  inner.add_input("in");
  inner.add_output("out");
  auto& slope = *inner.add_attribute();
  slope.set_name("alpha");
  slope.set_type(schema::AttributeProto::A_FLOAT);
  slope.set_ref_attr_name("slope");
  auto& call = b.node("Act", {"x"}, "y");
  call.set_domain("local");
  set(call, "slope", 0.25f);
  b.output("y");
  Loader loader("net.onnx");
  const auto graph = loader.read(b.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  const Op& op = graph->op(graph->output());
  EXPECT_EQ(op.attributes_as<ActivateAttributes>().function,
            (ActivationFunction{Activation::LeakyRelu, 0.25f}));

  // One that calls itself.
  inner.set_op_type("Act");
  inner.set_domain("local");
  EXPECT_THAT(errors(b), HasSubstr("calls functions more than 32 deep, or itself"));
}

TEST(OnnxQuantisedWeights, OfNetworksOfFloatsAreFloats) {
  ModelBuilder b;
  auto& weights = b.floats("w", {2, 3, 1, 1});
  weights.clear_float_data();
  weights.set_data_type(schema::INT8);
  weights.set_raw_data(std::string("\x01\x02\x03\xff\xfe\xfd", 6));
  auto& scales = b.floats("s", {2});
  scales.set_float_data(0, 0.5f);
  scales.set_float_data(1, 2.0f);
  set(b.node("DequantizeLinear", {"w", "s"}, "d"), "axis", std::int64_t{0});
  b.node("Conv", {"x", "d"}, "y");
  b.output("y");
  Loader loader("net.onnx");
  const auto graph = loader.read(b.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  const Op& conv = graph->op(graph->output());
  EXPECT_THAT(graph->constant(conv.inputs[1]).data, ElementsAre(0.5f, -2, 1, -4, 1.5f, -6));
  EXPECT_THAT(loader.warnings, Contains("net.onnx: has weights of 8 bits; slimc computes with them "
                                        "as float32, as the file does"));
}

// --- Files of weights beside the model.

class OnnxExternalData : public ::testing::Test {
 protected:
  std::string errors_for(const std::string& location, const std::string& offset = "4",
                         const std::string& length = "48") {
    ModelBuilder b = one("Conv", {"x", "w"});
    auto& weights = b.floats("w", {4, 3, 1, 1});
    weights.clear_float_data();
    weights.set_data_location(1);
    const auto add = [&](const std::string& key, const std::string& value) {
      auto& entry = *weights.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    };
    add("location", location);
    add("offset", offset);
    add("length", length);
    loader_.request.model = folder_ / "net.onnx";
    std::ofstream(loader_.request.model, std::ios::binary) << b.bytes();
    return loader_.errors();
  }
  void SetUp() override { std::ofstream(folder_ / "weights") << std::string(52, '\0'); }

  const slimc::testing::TemporaryFolder folder_;
  Loader loader_{""};
};

TEST_F(OnnxExternalData, IsRead) {
  EXPECT_EQ(errors_for("weights"), "");
  EXPECT_EQ(errors_for("./weights", "0"), "");
}

TEST_F(OnnxExternalData, StaysInTheModelsFolder) {
  const std::string tensor = "net.onnx: tensor 'w': ";
  for (const std::string path : {"../weights", "/etc/passwd", "a/../../b", "", "a\\b"}) {
    EXPECT_EQ(errors_for(path), tensor + "is in the file '" + path +
                                    "'; slimc opens files in the model's folder only");
  }
  std::filesystem::create_symlink("weights", folder_ / "link");
  EXPECT_EQ(errors_for("link"),
            tensor +
                "is in the file 'link', and 'link' is a link; slimc follows none that a model "
                "names: copy the file into the model's folder");
  EXPECT_EQ(errors_for("gone"),
            tensor + "is in the file 'gone' beside the model, which is not there");
}

TEST_F(OnnxExternalData, LiesInItsFile) {
  const std::string tensor = "net.onnx: tensor 'w': ";
  EXPECT_EQ(errors_for("weights", "8"), tensor + "is bytes 8 to 56 of 'weights', which has 52");
  EXPECT_EQ(errors_for("weights", "18446744073709551600"),
            tensor + "is bytes 18446744073709551600 to 32 of 'weights', which has 52");
  EXPECT_EQ(errors_for("weights", "0", "44"), tensor + "has 44 bytes in 'weights', expected 48");
  EXPECT_EQ(errors_for("weights", "-1"),
            tensor + "has the offset '-1' in its file, which is no number");
}

// --- Hostile files.

TEST(OnnxHostile, Cycles) {
  ModelBuilder b;
  b.node("Add", {"x", "b"}, "a");
  b.node("Relu", {"a"}, "b");
  b.output("b");
  EXPECT_EQ(errors(b), "net.onnx: node 'b' (Relu): depends on its own result");
}

TEST(OnnxHostile, ClaimsOfSizes) {
  ModelBuilder b = one("Conv", {"x", "w"});
  auto& weights = b.floats("w", {1});
  weights.set_dims(0, std::int64_t{1} << 40);
  EXPECT_EQ(errors(b),
            "net.onnx: tensor 'w': has the shape [1099511627776], which is more than the 268435456 "
            "elements that slimc takes");
  weights.set_dims(0, 1 << 20);
  EXPECT_EQ(errors(b),
            "net.onnx: tensor 'w': has 1 numbers, expected 1048576 for the shape [1048576]");
  ModelBuilder fill;
  fill.integers("s", {1 << 14, 1 << 14});
  fill.node("ConstantOfShape", {"s"}, "c");
  fill.node("MatMul", {"x", "c"}, "y");
  fill.output("y");
  EXPECT_THAT(errors(fill), HasSubstr("with it the constants take more than 8 times the "));
}

TEST(OnnxHostile, Nesting) {
  ModelBuilder b;
  auto* graph = &b.graph();  // in a node's attribute in a graph

  for (int i = 0; i < 40; ++i) {
    auto& node = *graph->add_node();
    node.add_output("o");
    graph = node.add_attribute()->mutable_g();
  }
  EXPECT_THAT(errors(b), HasSubstr("nest more than 64 deep"));
}

TEST(OnnxHostile, HundredsOfThousandsOfNodes) {
  ModelBuilder b;
  for (int i = 0; i < 300'000; ++i) {
    b.node("Identity", {i == 0 ? "x" : std::to_string(i - 1)}, std::to_string(i));
  }
  b.output("299999");
  EXPECT_THAT(errors(b), HasSubstr("or is the input itself"));
}

TEST(OnnxHostile, Truncation) {
  ModelBuilder b = one("Conv", {"x", "w"});
  b.floats("w", {4, 3, 3, 3});
  const std::string bytes = b.bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(Loader("net.onnx").errors_of(bytes.substr(0, size)), "") << size;
  }
}

TEST(OnnxForm, IsSeenFromTheOutermostFields) {
  const auto is = [](const std::string& bytes) {
    std::istringstream stream(bytes);
    return is_onnx(stream);
  };
  ModelBuilder b = one("Relu");
  EXPECT_TRUE(is(b.bytes()));
  b.floats("w", {100});
  b.model.set_producer_name("pytorch");
  EXPECT_TRUE(is(b.bytes()));
  // Cut off within the graph.
  EXPECT_TRUE(is(b.bytes().substr(0, 60)));
  EXPECT_FALSE(is(""));
  EXPECT_FALSE(is("node { name: \"a\" }"));
  EXPECT_FALSE(
      is("\x0a\x05\x0a\x03"
         "abc"));                                                    // a GraphDef's node
  EXPECT_FALSE(is(std::string("\x08\x01\x12\x02\x0a\x00", 6)));      // a SavedModel
  EXPECT_FALSE(is(std::string("\x08\x01\x12\x00\xa2\x1f\x00", 7)));  // a Core ML model
}

}  // namespace
}  // namespace slimc::frontend
