// Everything that can be wrong with a user's files, on one small network, with the exact words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/proto/saved_model.pb.h"
#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using testing::GraphBuilder;
using testing::ModelFolder;
using testing::tensor;

class BrokenInput : public ::testing::Test {
 protected:
  BrokenInput() {
    graph_.placeholder("input", {1, 4, 4, 3});
    graph_.variable("conv/weights", {1, 1, 3, 2});
    graph_.node("conv/weights/read", "Identity", {"conv/weights"});
    graph_.conv2d("conv", "input", "conv/weights/read");
    graph_.variable("conv/biases", {2});
    graph_.node("conv/biases/read", "Identity", {"conv/biases"});
    graph_.node("bias", "BiasAdd", {"conv", "conv/biases/read"});
    graph_.node("out", "Relu6", {"bias"});
    tensors_["conv/weights"] = tensor(Shape{1, 1, 3, 2}, {1, 2, 3, 4, 5, 6});
    tensors_["conv/biases"] = tensor(Shape{2}, {7, 8});
  }

  void write() const {
    folder_.write_text("net_eval.pbtxt", graph_.def);
    folder_.write_checkpoint("net.ckpt", tensors_);
  }

  // Writes everything and says what is wrong with it.
  std::string problem() const {
    write();
    return folder_.load_errors("net.ckpt");
  }

  void flip_bit(const std::string& name, std::size_t byte) const {
    std::string bytes = folder_.read(name);
    bytes[byte] = static_cast<char>(bytes[byte] ^ 1);
    folder_.write(name, bytes);
  }

  const ModelFolder folder_;
  GraphBuilder graph_;
  testing::Tensors tensors_;
};

TEST_F(BrokenInput, IsFineAsItIs) { EXPECT_EQ(problem(), ""); }

TEST_F(BrokenInput, MissingModel) {
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt: no such model; looked for net.ckpt, net.ckpt.index, net.ckpt.ckpt.index");
}

TEST_F(BrokenInput, MissingGraph) {
  folder_.write_checkpoint("net.ckpt", tensors_);
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.index: has no graph beside it (net_eval.pbtxt, net.ckpt.meta, net.pbtxt) and "
            "no variables of a MobileNet v1: none is called .../Conv2d_0/weights (slim) or "
            ".../conv1/kernel (Keras)");
}

TEST_F(BrokenInput, MissingCheckpoint) {
  folder_.write_text("net_eval.pbtxt", graph_.def);
  EXPECT_EQ(folder_.load_errors("net_eval.pbtxt"),
            "net_eval.pbtxt: has 2 variables and no checkpoint beside it; looked for "
            "net.ckpt.index, net.index; --checkpoint names one");
  EXPECT_EQ(folder_.load_errors("net_eval.pbtxt", "other.ckpt"),
            "other.ckpt: no such checkpoint; looked for other.ckpt.index");
}

TEST_F(BrokenInput, SignatureOfAGraph) {
  write();
  SilentReporter reporter;
  const auto graph =
      load_model({.model = folder_.path("net.ckpt"), .signature = "predict"}, reporter);
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(folder_.without_folder(graph.error().to_string()),
            "net_eval.pbtxt: is no SavedModel and has no signatures for --signature to name");
  EXPECT_EQ(graph.error().blame(), Blame::Usage);
}

TEST_F(BrokenInput, SavedModelWithoutVariables) {
  std::filesystem::create_directory(folder_.path("net"));
  tensorflow::SavedModel model;
  *model.add_meta_graphs()->mutable_graph_def() = graph_.def;
  folder_.write("net/saved_model.pb", model.SerializeAsString());
  EXPECT_EQ(folder_.load_errors("net"),
            "net/saved_model.pb: has 2 variables and no checkpoint beside it; looked for "
            "net/variables/variables.index; --checkpoint names one");
  std::filesystem::create_directory(folder_.path("net/variables"));
  folder_.write_checkpoint("net/variables/variables", tensors_);
  EXPECT_EQ(folder_.load_errors("net"), "");
}

TEST_F(BrokenInput, EveryMissingFileIsNamedAtOnce) {
  EXPECT_EQ(folder_.load_errors("a.pb", "b.ckpt"),
            "a.pb: no such model; looked for a.pb, a.pb.index, a.pb.ckpt.index\n"
            "b.ckpt: no such checkpoint; looked for b.ckpt.index");
}

TEST_F(BrokenInput, MissingData) {
  write();
  std::filesystem::remove(folder_.path("net.ckpt.data-00000-of-00001"));
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.data-00000-of-00001: cannot be opened: No such file or directory");
}

TEST_F(BrokenInput, TruncatedIndex) {
  write();
  const std::string index = folder_.read("net.ckpt.index");
  folder_.write("net.ckpt.index", index.substr(0, index.size() / 2));
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.index: is not a complete checkpoint index (a LevelDB table): no table's "
            "magic number at its end");
  folder_.write("net.ckpt.index", "");
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.index: is not a complete checkpoint index (a LevelDB table): too short to be "
            "a table");
}

TEST_F(BrokenInput, FlippedBitInTheIndex) {
  write();
  flip_bit("net.ckpt.index", 20);
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.index: is not a complete checkpoint index (a LevelDB table): the checksum of "
            "the block at byte 0 is wrong");
}

TEST_F(BrokenInput, TruncatedData) {
  write();
  folder_.write("net.ckpt.data-00000-of-00001", std::string(5, '\0'));
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net.ckpt.data-00000-of-00001: tensor 'conv/biases': ends at byte 8, but the file has "
            "only 5 bytes: it is truncated (1 more tensors are cut off too)");
}

TEST_F(BrokenInput, FlippedBitInATensor) {
  write();
  const std::size_t in_weights = 8 + 3;  // behind the two biases
  flip_bit("net.ckpt.data-00000-of-00001", in_weights);
  EXPECT_THAT(folder_.load_errors("net.ckpt"),
              ::testing::MatchesRegex("net.ckpt.data-00000-of-00001: tensor 'conv/weights': its "
                                      "checksum is [0-9a-f]+, and the index says [0-9a-f]+: the "
                                      "data is damaged"));
}

// Every bit of the data is guarded.
TEST_F(BrokenInput, AnyFlippedBitInTheData) {
  write();
  const std::size_t size = folder_.read("net.ckpt.data-00000-of-00001").size();
  for (std::size_t byte = 0; byte < size; ++byte) {
    flip_bit("net.ckpt.data-00000-of-00001", byte);
    EXPECT_THAT(folder_.load_errors("net.ckpt"), ::testing::HasSubstr("the data is damaged"));
    flip_bit("net.ckpt.data-00000-of-00001", byte);
  }
  EXPECT_EQ(folder_.load_errors("net.ckpt"), "");
}

TEST_F(BrokenInput, MissingVariables) {
  tensors_.clear();
  tensors_["global_step"] = tensor(Shape{}, {0});
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'conv/weights': is missing; the graph's variable "
            "'conv/weights' needs it\n"
            "net.ckpt.index: tensor 'conv/biases': is missing; the graph's variable 'conv/biases' "
            "needs it");
}

// The stored names come from the restore op, and both of these are wrong.
TEST_F(BrokenInput, MissingVariableUnderSeveralNames) {
  graph_.strings("file", {"model"});
  graph_.strings("slices", {""});
  for (const std::string stored : {"ema", "raw"}) {
    graph_.strings(stored + "/names", {stored + "/biases"});
    graph_.node(stored + "/restore", "RestoreV2", {"file", stored + "/names", "slices"});
    graph_.node(stored + "/assign", "Assign", {"conv/biases", stored + "/restore"});
  }
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'ema/biases': is missing; the graph's variable 'conv/biases' "
            "needs it (looked for 'ema/biases', 'raw/biases')");
  tensors_["raw/biases"] = tensors_["conv/biases"];
  EXPECT_EQ(problem(), "");
}

TEST_F(BrokenInput, VariablesOfWrongShape) {
  tensors_["conv/weights"] = tensor(Shape{1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  tensors_["conv/biases"] = tensor(Shape{2, 1}, {1, 2});
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'conv/weights': has the shape [1,1,2,3]; the graph's variable "
            "'conv/weights' expects [1,1,3,2]\n"
            "net.ckpt.index: tensor 'conv/biases': has the shape [2,1]; the graph's variable "
            "'conv/biases' expects [2]");
}

TEST_F(BrokenInput, NotANumberInAWeight) {
  tensors_["conv/weights"] =
      tensor(Shape{1, 1, 3, 2}, {1, 2, 3, std::numeric_limits<float>::quiet_NaN(), 5, 6});
  tensors_["conv/biases"] = tensor(Shape{2}, {std::numeric_limits<float>::infinity(), 0});
  EXPECT_EQ(problem(),
            "net.ckpt.data-00000-of-00001: tensor 'conv/weights': element 3 ([0,0,1,1]) is NaN; "
            "weights must be finite\n"
            "net.ckpt.data-00000-of-00001: tensor 'conv/biases': element 0 ([0]) is infinity; "
            "weights must be finite");
}

TEST_F(BrokenInput, UnsupportedOps) {
  graph_.node("swish", "Mish", {"out"});
  graph_.node("end", "Softplus", {"swish"});
  // No sink can be computed, so that the only one there is counts.
  EXPECT_EQ(problem(),
            "net_eval.pbtxt: node 'swish': op Mish is not supported\n"
            "net_eval.pbtxt: node 'end': op Softplus is not supported");
}

TEST_F(BrokenInput, SyntaxError) {
  write();
  folder_.write("net_eval.pbtxt", "node {\n  name: \"input\"\n  op: Placeholder\n}\n");
  EXPECT_EQ(folder_.load_errors("net.ckpt"),
            "net_eval.pbtxt:3:7: Expected string, got: Placeholder");
}

TEST_F(BrokenInput, TruncatedTextGraph) {
  write();
  const std::string text = folder_.read("net_eval.pbtxt");
  folder_.write("net_eval.pbtxt", text.substr(0, text.size() - 3));
  EXPECT_THAT(folder_.load_errors("net.ckpt"),
              ::testing::MatchesRegex("net_eval.pbtxt:[0-9]+:[0-9]+: Expected.*"));
}

TEST_F(BrokenInput, TruncatedBinaryGraph) {
  const std::string bytes = graph_.def.SerializeAsString();
  folder_.write("net.pb", bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(folder_.load_errors("net.pb"),
            "net.pb: is neither a GraphDef nor a MetaGraphDef (damaged, truncated, or another kind "
            "of file; slimc also reads .h5, .keras, .tflite and .onnx)");
}

TEST_F(BrokenInput, Cycle) {
  graph_.def.mutable_node(6)->set_input(0, "out");
  graph_.node("end", "Relu", {"out"});
  folder_.write_checkpoint("net.ckpt", tensors_);
  folder_.write_text("net_eval.pbtxt", graph_.def);
  ModelRequest request{.model = folder_.path("net.ckpt"), .output_nodes = {"end"}};
  SilentReporter reporter;
  const auto graph = load_model(request, reporter);
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(folder_.without_folder(graph.error().to_string()),
            "net_eval.pbtxt: node 'out': is on a cycle: 'out' -> 'bias' -> 'out'");
}

TEST_F(BrokenInput, IsTheUsersToMend) {
  write();
  flip_bit("net.ckpt.data-00000-of-00001", 0);
  EXPECT_EQ(folder_.load("net.ckpt").error().blame(), Blame::Input);
}

}  // namespace
}  // namespace slimc::frontend
