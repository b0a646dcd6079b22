// .keras archives and .weights.h5 in the layout of every version, written with h5py and zipfile;
// what they compute was computed with numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "compiler/reference/evaluate.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/keras/keras_files.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kStyles[] = {"2.12", "2.14", "2.15", "3.3", "3.8"};

class KerasArchives : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<testing::ScriptedFolder>("make_archives.py");
  }
  static void TearDownTestSuite() { files_.reset(); }

  void SetUp() override {
    ASSERT_EQ(files_->outcome().failed, "");
    if (!files_->outcome().skipped.empty()) GTEST_SKIP() << files_->outcome().skipped;
  }

  static testing::Loader loader(const std::string& name) {
    testing::Loader result(*files_ / name);
    if (name.find(".weights.h5") != std::string::npos) result.request.resolution = {32, 32};
    return result;
  }

  static void expect_results(testing::Loader loader, const std::string& expected) {
    const Result<Graph> graph = loader.load();
    ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
    EXPECT_EQ(graph->form, "Keras");
    expect_results(*graph, graph->output(), expected, loader.request.model.string());
  }

  static void expect_results(const Graph& graph, Value output, const std::string& expected,
                             const std::string& what) {
    Graph one = graph;
    one.set_output(output);
    const auto wanted = slimc::testing::read_npy<double>(*files_ / (expected + ".npy"));
    const auto found =
        testing::evaluate(one, slimc::testing::read_npy<float>(*files_ / "image.npy"));
    ASSERT_EQ(found.size(), wanted.size()) << what;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_NEAR(found[i], wanted[i], 1e-5) << what << " " << i;
    }
  }

  static std::string errors(const std::string& name) { return loader(name).errors(); }

  static std::unique_ptr<testing::ScriptedFolder> files_;
};
std::unique_ptr<testing::ScriptedFolder> KerasArchives::files_;

TEST_F(KerasArchives, OfMobileNetInEveryLayout) {
  for (const std::string style : kStyles) {
    expect_results(loader("mobilenet_" + style + ".keras"), "mobilenet");
  }
  expect_results(loader("deflated.keras"), "mobilenet");
}

TEST_F(KerasArchives, OfWeightsAloneInEveryLayout) {
  for (const std::string style : kStyles) {
    testing::Loader weights = loader("mobilenet_" + style + ".weights.h5");
    expect_results(weights, "mobilenet");
  }
  expect_results(loader("no_top.weights.h5"), "no_top");
  testing::Loader unnamed = loader("mobilenet_3.3.weights.h5");
  ASSERT_TRUE(unnamed.load().has_value());
  EXPECT_THAT(unnamed.warnings,
              ElementsAre("mobilenet_3.3.weights.h5: does not say its layers' names; that it is "
                          "MobileNet is seen from how many of each class there are, in their "
                          "order"));
  testing::Loader named = loader("mobilenet_3.8.weights.h5");
  ASSERT_TRUE(named.load().has_value());
  EXPECT_THAT(named.warnings, IsEmpty());
}

TEST_F(KerasArchives, OfTransferLearning) {
  for (const std::string style : kStyles) {
    expect_results(loader("tuned_" + style + ".keras"), "tuned");
    expect_results(loader("nested_" + style + ".keras"), "tuned");
  }
}

TEST_F(KerasArchives, WithScalingInFront) {
  expect_results(loader("operations.keras"), "operations");
  expect_results(loader("caffe.keras"), "caffe");
  expect_results(loader("adapted.keras"), "normalised");
  expect_results(loader("given.keras"), "normalised");
}

TEST_F(KerasArchives, OfSeveralOutputs) {
  const Result<Graph> graph = loader("two_outputs.keras").load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  ASSERT_EQ(graph->outputs.size(), 2u);
  EXPECT_EQ(graph->outputs[0].name, "dropout");
  EXPECT_EQ(graph->outputs[1].name, "head/result");
  expect_results(*graph, graph->outputs[0].value, "tuned_features", "dropout");
  expect_results(*graph, graph->outputs[1].value, "tuned", "head/result");
}

// In the order that is asked for, models by their names too.
TEST_F(KerasArchives, OfOutputsThatAreAskedFor) {
  testing::Loader two = loader("tuned_3.8.keras");
  two.request.output_nodes = {"head/result", "mobilenet_0.25_32", "dropout"};
  const Result<Graph> graph = two.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  ASSERT_EQ(graph->outputs.size(), 3u);
  EXPECT_EQ(graph->outputs[1].name, "mobilenet_0.25_32");
  EXPECT_EQ(graph->op(graph->outputs[1].value).name, "mobilenet_0.25_32/conv_pw_13_relu");
  expect_results(*graph, graph->outputs[0].value, "tuned", "head/result");
  expect_results(*graph, graph->outputs[2].value, "tuned_features", "dropout");

  testing::Loader twice = loader("tuned_3.8.keras");
  twice.request.output_nodes = {"pool", "pool"};
  ASSERT_TRUE(twice.load().has_value());
  EXPECT_THAT(twice.warnings, ElementsAre("tuned_3.8.keras: its output 'pool' is the same as "
                                          "another, and is left out"));
}

// The rest of the network behind a layer, for what the layer gave: the same probabilities.
TEST_F(KerasArchives, ThatBeginAtALayer) {
  testing::Loader front = loader("tuned_3.8.keras");
  front.request.output_nodes = {"mobilenet_0.25_32/conv1_relu"};
  testing::Loader back = loader("tuned_3.8.keras");
  back.request.input_node = "mobilenet_0.25_32/conv1_relu";
  const Result<Graph> first = front.load();
  const Result<Graph> second = back.load();
  ASSERT_TRUE(first.has_value()) << first.error().to_string();
  ASSERT_TRUE(second.has_value()) << second.error().to_string();
  EXPECT_EQ(second->op(second->input).name, "mobilenet_0.25_32/conv1_relu");
  EXPECT_EQ(second->op(second->input).shape, (Shape{1, 16, 16, 8}));
  const auto between =
      testing::evaluate(*first, slimc::testing::read_npy<float>(*files_ / "image.npy"));
  const auto found = testing::evaluate(*second, {between.begin(), between.end()});
  const auto wanted = slimc::testing::read_npy<double>(*files_ / "tuned.npy");
  EXPECT_NEAR(found.at(0), wanted.at(0), 1e-5);

  testing::Loader pooled = loader("tuned_3.8.keras");
  pooled.request.input_node = "pool";
  EXPECT_EQ(pooled.errors(),
            "tuned_3.8.keras: layer 'pool': gives [1,256]; --input-node expects an image, "
            "[n,h,w,c]");
}

TEST_F(KerasArchives, WhoseWeightsDoNotFitTheirConfig) {
  EXPECT_EQ(errors("other_name.keras"),
            "other_name.keras: layer 'hidden': should have its weights in 'layers/dense', which "
            "says that it is of layer 'other'");
  EXPECT_EQ(errors("missing_group.keras"),
            "missing_group.keras: layer 'head/result': has no weights in the file: there is no "
            "group 'layers/dense_1'");
  EXPECT_THAT(errors("more_groups.keras"),
              HasSubstr("layer 'hidden': is one of 2 layers of class 'dense' in the model, and the "
                        "file has 'layers/dense_2'; which group is its cannot be told"));
  EXPECT_THAT(errors("more_groups_old.keras"),
              HasSubstr("the file has 3 groups of that class in '_layer_checkpoint_dependencies'; "
                        "which one is its cannot be told"));
  EXPECT_EQ(errors("more_variables.keras"),
            "more_variables.keras: layer 'hidden': has 3 variables in the file, "
            "'layers/dense/vars', and 2 by its config; a quantised layer has more");
}

TEST_F(KerasArchives, ThatAreQuantised) {
  EXPECT_EQ(errors("int8.keras"),
            "int8.keras: is quantised (int8) in the layers 'hidden'; slimc compiles float models: "
            "save the model before model.quantize()");
}

TEST_F(KerasArchives, OfMixedPrecisionSaySo) {
  testing::Loader mixed = loader("mixed.keras");
  expect_results(mixed, "tuned");
  ASSERT_TRUE(mixed.load().has_value());
  EXPECT_THAT(
      mixed.warnings,
      ElementsAre("mixed.keras: computes in mixed_float16 in the layers 'hidden'; compiled, "
                  "all of it is computed in float32"));
}

TEST_F(KerasArchives, WhoseLayersAreNotKnownNameAllOfThem) {
  EXPECT_EQ(errors("lambda.keras"),
            "lambda.keras: layer 'rescaling': class Lambda is not supported: it holds Python code; "
            "scaling can be a Rescaling layer in its place, and --input-node lets the network "
            "begin behind it\n"
            "lambda.keras: layer 'hidden': its activation is 'gelu'; slimc reads linear, relu, "
            "relu6, leaky_relu, elu, sigmoid, hard_sigmoid, tanh, silu (swish), hard_silu and "
            "softmax");
}

class HostileKerasArchives : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<testing::ScriptedFolder>("make_hostile_archives.py");
  }
  static void TearDownTestSuite() { files_.reset(); }

  void SetUp() override {
    ASSERT_EQ(files_->outcome().failed, "");
    if (!files_->outcome().skipped.empty()) GTEST_SKIP() << files_->outcome().skipped;
  }

  // What is wrong with it, without its name.
  static std::string errors(const std::string& name) {
    std::string words = testing::Loader(*files_ / (name + ".keras")).errors();
    const std::string prefix = name + ".keras: ";
    if (words.rfind(prefix, 0) == 0) words.erase(0, prefix.size());
    return words;
  }

  static std::unique_ptr<testing::ScriptedFolder> files_;
};
std::unique_ptr<testing::ScriptedFolder> HostileKerasArchives::files_;

TEST_F(HostileKerasArchives, WithPathsThatLeaveIt) {
  EXPECT_EQ(errors("up"), "entry '../../evil': has a path that goes up (\"..\")");
  EXPECT_EQ(errors("inner_up"), "entry 'assets/../../evil': has a path that goes up (\"..\")");
  EXPECT_EQ(errors("absolute"), "entry '/etc/evil': has an absolute path");
  EXPECT_NE(errors("backslash"), "");
  EXPECT_EQ(errors("control"),
            "entry 'a\\x1bb': has a control character or a backslash in its path");
  EXPECT_EQ(errors("link"), "entry 'assets/l': is neither a file nor a folder (a link, perhaps)");
}

TEST_F(HostileKerasArchives, ThatUnfoldToTooMuch) {
  EXPECT_THAT(errors("bomb_config"),
              HasSubstr("entry 'config.json': unfolds to more than 16777216 bytes"));
  EXPECT_THAT(errors("bomb_weights"),
              HasSubstr("entry 'model.weights.h5': unfolds to more than 67108864 bytes"));
  EXPECT_EQ(errors("many"), "has more than 4096 entries");
  // What is not needed is not unfolded.
  EXPECT_EQ(errors("bomb_asset"), "");
}

TEST_F(HostileKerasArchives, ThatAreDamaged) {
  EXPECT_THAT(errors("cut"), HasSubstr("is not a whole zip archive"));
  EXPECT_THAT(errors("cut_end"), HasSubstr("is not a whole zip archive"));
  EXPECT_THAT(errors("checksum"), HasSubstr("is not a whole zip archive: ZIP bad CRC"));
  EXPECT_EQ(errors("encrypted"), "entry 'metadata.json': is encrypted");
  EXPECT_EQ(errors("twice"), "entry 'config.json': is there twice");
  EXPECT_EQ(errors("nested_zip"), "cannot be read as HDF5: file signature not found");
  EXPECT_EQ(errors("no_json"), "its model_config is no JSON");
  EXPECT_EQ(errors("deep_json"), "its model_config is nested deeper than 128");
  // Read within limits, or refused: no more is taken than there is.
  for (const std::string name : {"large_size", "small_size"}) {
    EXPECT_THAT(errors(name), ::testing::AnyOf(IsEmpty(), HasSubstr("zip archive")));
  }
}

TEST_F(HostileKerasArchives, ThatLackAPart) {
  EXPECT_EQ(errors("good"), "");
  EXPECT_EQ(errors("no_config"), "is a zip archive without config.json, and so no model of Keras'");
  EXPECT_EQ(errors("other"), "is a zip archive without config.json, and so no model of Keras'");
  EXPECT_EQ(errors("no_weights"), "has no model.weights.h5: the model was saved without weights");
  EXPECT_EQ(errors("npz"),
            "has its weights as model.weights.npz; slimc reads model.weights.h5 (keras.saving's "
            "weights_format=\"h5\")");
  EXPECT_EQ(errors("sharded"),
            "has its weights in shards (model.weights.json); slimc reads one model.weights.h5");
}

}  // namespace
}  // namespace slimc::frontend
