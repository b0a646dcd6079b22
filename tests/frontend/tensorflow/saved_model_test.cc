#include "frontend/tensorflow/saved_model.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace slimc::frontend {
namespace {

constexpr const char* kGraph =
    "graph_def { node { name: 'in' op: 'Placeholder' } node { name: 'out' op: 'Relu' } } ";
constexpr const char* kServe = "meta_info_def { tags: 'serve' } ";
constexpr const char* kEnds =
    "inputs { key: 'image' value { name: 'in:0' } } outputs { key: 'y' value { name: 'out:0' } } ";

std::string signature(const std::string& name, const std::string& ends = kEnds) {
  return "signature_def { key: '" + name + "' value { " + ends + "} } ";
}

std::string graph(const std::string& contents) { return "meta_graphs { " + contents + "} "; }

// "signature: input -> output", or what is wrong.
std::string served(const std::string& text, const ModelRequest& request = {}) {
  auto model = parse_saved_model(text, "saved_model.pbtxt");
  if (!model) return model.error().to_string();
  const auto found = served_graph(std::move(*model), "saved_model.pbtxt", request);
  if (!found) return found.error().to_string();
  EXPECT_EQ(found->graph.node_size(), 2);
  return found->signature + ": " + found->input_node + " -> " +
         (found->output_nodes.empty() ? "" : found->output_nodes.front());
}

std::string one(const std::string& contents, const ModelRequest& request = {}) {
  return served(graph(kServe + std::string(kGraph) + contents), request);
}

TEST(SavedModel, IsServedByItsDefaultSignature) {
  EXPECT_EQ(one(signature("serving_default") + signature("other")), "serving_default: in -> out");
}

TEST(SavedModel, IsServedByItsOnlySignature) {
  EXPECT_EQ(one(signature("predict") + signature("__saved_model_init_op", "")),
            "predict: in -> out");
}

TEST(SavedModel, IsServedAsTheUserSays) {
  EXPECT_EQ(one(signature("serving_default", "") + signature("b"), {.signature = "b"}),
            "b: in -> out");
  EXPECT_EQ(one(signature("a"), {.input_node = "x", .output_nodes = {"z"}}), "a: x -> z");
  EXPECT_EQ(one(signature("a") + signature("b"), {.input_node = "x", .output_nodes = {"y"}}),
            ": x -> y");
}

TEST(SavedModel, MayHaveNoSignature) { EXPECT_EQ(one(""), ":  -> "); }

TEST(SavedModel, WithoutTheSignatureAskedFor) {
  EXPECT_EQ(one(signature("b") + signature("a"), {.signature = "c"}),
            "saved_model.pbtxt: has no signature 'c'; it has a, b");
  EXPECT_EQ(one("", {.signature = "c"}), "saved_model.pbtxt: has no signature 'c'; it has none");
}

TEST(SavedModel, WithSeveralSignatures) {
  EXPECT_EQ(one(signature("b") + signature("a")),
            "saved_model.pbtxt: has 2 signatures and no 'serving_default'; --signature names one: "
            "a, b");
}

TEST(SavedModel, WithSeveralEnds) {
  EXPECT_EQ(one(signature("s",
                          "inputs { key: 'b' value { name: 'in:0' } } "
                          "inputs { key: 'a' value { name: 'training:0' } } "
                          "outputs { key: 'p' value { name: 'out:0' } } "
                          "outputs { key: 'q' value { name: 'out:1' } } ")),
            "saved_model.pbtxt: its signature 's' has 2 inputs; --input-node names the network's: "
            "a = 'training:0', b = 'in:0'");
}

// All of them, by what the signature calls them; a user may do so too.
TEST(SavedModel, WithSeveralOutputs) {
  const std::string text = "saved_model_schema_version: 1 " +
                           graph(kServe + std::string(kGraph) +
                                 signature("s",
                                           "inputs { key: 'image' value { name: 'in:0' } } "
                                           "outputs { key: 'p' value { name: 'out:0' } } "
                                           "outputs { key: 'a' value { name: 'out:1' } } "));
  const auto take = [&](const ModelRequest& request) {
    auto model = parse_saved_model(text, "saved_model.pbtxt");
    return *served_graph(std::move(*model), "saved_model.pbtxt", request);
  };
  const ServedGraph all = take({});
  EXPECT_EQ(all.output_nodes, (std::vector<std::string>{"out:1", "out"}));
  EXPECT_EQ(all.output_names, (std::vector<std::string>{"a", "p"}));
  const ServedGraph one = take({.input_node = "image", .output_nodes = {"p"}});
  EXPECT_EQ(one.input_node, "in");
  EXPECT_EQ(one.output_nodes, std::vector<std::string>{"out"});
  EXPECT_TRUE(one.output_names.empty());
}

TEST(SavedModel, WithTwoNamesOfOneEnd) {
  EXPECT_EQ(
      one(signature("s", std::string(kEnds) + "outputs { key: 'z' value { name: 'out:0' } }")),
      "s: in -> out");
}

TEST(SavedModel, WithoutDenseEnds) {
  EXPECT_EQ(one(signature("s", "inputs { key: 'a' value { coo_sparse { } } }")),
            "saved_model.pbtxt: its signature 's' has no dense input; --input-node names one of "
            "the graph's nodes\n"
            "saved_model.pbtxt: its signature 's' has no dense output; --output-node names one of "
            "the graph's nodes");
}

TEST(SavedModel, OfSeveralGraphs) {
  const std::string train = graph("meta_info_def { tags: 'train' } " + std::string(kGraph));
  const std::string gpu =
      graph("meta_info_def { tags: 'train' tags: 'gpu' } " + std::string(kGraph));
  EXPECT_EQ(served(train + graph(kServe + std::string(kGraph) + signature("a"))), "a: in -> out");
  EXPECT_EQ(served(train), ":  -> ");
  EXPECT_EQ(served(train + gpu),
            "saved_model.pbtxt: has 2 graphs, none of them for serving (tag 'serve'): 'train', "
            "'train', 'gpu'");
}

TEST(SavedModel, OfNoGraph) {
  EXPECT_EQ(served("saved_model_schema_version: 1"), "saved_model.pbtxt: has no graphs");
  EXPECT_EQ(served(graph(kServe)), "saved_model.pbtxt: has no nodes");
}

TEST(SavedModel, OfAnotherKind) {
  EXPECT_EQ(served(""), "saved_model.pbtxt: is empty; expected a SavedModel");
  EXPECT_EQ(served("\x01\x02\x03"),
            "saved_model.pbtxt: is not a SavedModel (damaged, truncated, or another kind of file)");
  EXPECT_EQ(served("saved_model_schema_version: 2"),
            "saved_model.pbtxt: is of schema version 2; slimc reads version 1");
  EXPECT_EQ(served("meta_graphs { "), "saved_model.pbtxt:1:15: Expected identifier, got: ");
}

// What TensorFlow 2 adds for those who train further is passed over.
TEST(SavedModel, WithObjects) {
  EXPECT_EQ(one(signature("a") + "object_graph_def { nodes { children { node_id: 1 } } }"),
            "a: in -> out");
}

TEST(SavedModel, InBinary) {
  tensorflow::SavedModel model;
  google::protobuf::TextFormat::ParseFromString(
      "saved_model_schema_version: 1 " + graph(kServe + std::string(kGraph) + signature("a")),
      &model);
  EXPECT_EQ(served(model.SerializeAsString()), "a: in -> out");
}

}  // namespace
}  // namespace slimc::frontend
