#include "frontend/tensorflow/graph_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/proto/meta_graph.pb.h"
#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

tensorflow::GraphDef small_graph() {
  testing::GraphBuilder graph;
  graph.placeholder("input", {1, 4, 4, 3});
  graph.node("out", "Relu", {"input"});
  return graph.def;
}

std::string text_of(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

void expect_small_graph(const std::string& bytes) {
  const auto graph = parse_graph(bytes, "net");
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(text_of(*graph), text_of(small_graph()));
}

std::string error_of(const std::string& bytes) {
  const auto graph = parse_graph(bytes, "net");
  return graph ? "" : graph.error().to_string();
}

TEST(GraphFile, ReadsAllFourForms) {
  tensorflow::MetaGraphDef meta;
  *meta.mutable_graph_def() = small_graph();
  meta.mutable_meta_info_def()->set_tensorflow_version("1.5.0");
  expect_small_graph(small_graph().SerializeAsString());
  expect_small_graph(text_of(small_graph()));
  expect_small_graph(meta.SerializeAsString());
  expect_small_graph(text_of(meta));
}

// What text files of real models carry besides nodes.
TEST(GraphFile, ReadsTheRestOfARealTextFile) {
  const std::string rest = R"(
    library {
      function {
        signature {
          name: "f" input_arg { name: "x" type: DT_FLOAT } output_arg { name: "y" type_attr: "T" }
          attr { name: "T" type: "type" allowed_values { list { type: DT_FLOAT } } }
          is_stateful: true control_output: "c"
        }
        node_def { name: "y" op: "Relu" input: "x" experimental_debug_info {
          original_node_names: "y" } }
        ret { key: "y" value: "y:activations:0" }
        arg_attr { key: 0 value { attr { key: "_output_shapes" value { list { shape {
          dim { size: -1 } } } } } } }
      }
      gradient { function_name: "f" gradient_func: "g" }
    }
    versions { producer: 440 min_consumer: 12 }
  )";
  const auto graph = parse_graph(text_of(small_graph()) + rest, "net");
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->versions().producer(), 440);
}

TEST(GraphFile, SaysLineAndColumnOfSyntaxErrors) {
  EXPECT_EQ(error_of("node {\n  name: \"a\"\n  op \"Relu\"\n}\n"),
            "net:3:6: Expected \":\", found \"\"Relu\"\"");
  EXPECT_THAT(error_of("node {\n  name: \"a\"\n  opp: \"Relu\"\n}\n"), StartsWith("net:3:6: "));
  EXPECT_THAT(error_of("node {\n  name: \"a\n}\n"), StartsWith("net:2:"));
}

TEST(GraphFile, RefusesOtherFiles) {
  EXPECT_EQ(error_of(""), "net: is empty; expected a graph");
  EXPECT_EQ(error_of("# only a comment\n"), "net: has no nodes");
  EXPECT_EQ(error_of(std::string("\x08\x01\x12\x00", 4)),
            "net: is a SavedModel; slimc reads a GraphDef, a MetaGraphDef or a frozen graph, which "
            "TensorFlow's freeze_graph makes of it");
  const std::string whole = small_graph().SerializeAsString();
  EXPECT_THAT(error_of(whole.substr(0, whole.size() - 3)),
              HasSubstr("is neither a GraphDef nor a MetaGraphDef"));
}

// Deep nesting must end in an error, not in the end of the stack.
TEST(GraphFile, LimitsNesting) {
  std::string text = "node { attr { key: \"a\" value { ";
  for (int i = 0; i < 100000; ++i) text += "func { attr { key: \"a\" value { ";
  EXPECT_NE(error_of(text), "");

  tensorflow::AttrValue value;
  for (int i = 0; i < 1000; ++i) {
    tensorflow::AttrValue outer;
    (*outer.mutable_func()->mutable_attr())["a"] = std::move(value);
    value = std::move(outer);
  }
  tensorflow::GraphDef graph = small_graph();
  (*graph.mutable_node(0)->mutable_attr())["deep"] = std::move(value);
  EXPECT_NE(error_of(graph.SerializeAsString()), "");
}

// Any damage is an error or another graph, never a crash.
TEST(GraphFile, SurvivesFlippedBits) {
  const std::string whole = small_graph().SerializeAsString();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto graph = parse_graph(damaged, "net");
    if (graph) {
      const auto imported = testing::import(*graph);
      EXPECT_TRUE(imported.has_value() || !imported.error().empty());
    }
  }
}

}  // namespace
}  // namespace slimc::frontend
