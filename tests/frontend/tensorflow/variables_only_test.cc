// Networks read off their variables; real_forms_test.cc has the real one.
#include "frontend/tensorflow/variables_only.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;
using testing::ModelFolder;
using testing::tensor;

class Warnings final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { said += diagnostic.message + "\n"; }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::string said;
};

// Two blocks, as slim names them; the names and shapes are written out here on purpose.
class VariablesOnly : public ::testing::Test {
 protected:
  VariablesOnly() {
    convolution("Conv2d_0", "weights", Shape{3, 3, 3, 4}, 4);
    convolution("Conv2d_1_depthwise", "depthwise_weights", Shape{3, 3, 4, 1}, 4);
    convolution("Conv2d_1_pointwise", "weights", Shape{1, 1, 4, 6}, 6);
    convolution("Conv2d_2_depthwise", "depthwise_weights", Shape{3, 3, 6, 2}, 12);
    convolution("Conv2d_2_pointwise", "weights", Shape{1, 1, 12, 8}, 8);
    add("Logits/Conv2d_1c_1x1/weights", Shape{1, 1, 8, 5});
    add("Logits/Conv2d_1c_1x1/biases", Shape{5});
    tensors_["global_step"] = tensor(Shape{}, {7});
  }

  void add(const std::string& name, const Shape& shape) {
    std::vector<float> data;
    for (std::int64_t i = 0; i < shape.elements(); ++i) data.push_back(0.5f);
    tensors_["MobilenetV1/" + name] = tensor(shape, data);
  }

  void convolution(const std::string& scope, const std::string& weights, const Shape& shape,
                   std::int64_t channels) {
    add(scope + "/" + weights, shape);
    for (const std::string part : {"gamma", "beta", "moving_mean", "moving_variance"}) {
      add(scope + "/BatchNorm/" + part, Shape{channels});
    }
  }

  void remove(const std::string& part) {
    std::erase_if(tensors_,
                  [&](const auto& entry) { return entry.first.find(part) != std::string::npos; });
  }

  // Every name anew: what `rename` gives back.
  template <typename Rename>
  void rename(Rename rename) {
    testing::Tensors renamed;
    for (const auto& [name, value] : tensors_) renamed[rename(name)] = value;
    tensors_ = std::move(renamed);
  }

  Result<Graph> load(ModelRequest request = {}) {
    folder_.write_checkpoint("net.ckpt", tensors_);
    request.model = folder_.path("net.ckpt");
    warnings_.said.clear();
    return load_model(request, warnings_);
  }

  std::string problem(const ModelRequest& request = {}) {
    const auto graph = load(request);
    return graph ? "" : folder_.without_folder(graph.error().to_string());
  }

  Shape output(const ModelRequest& request = {}) {
    const auto graph = load(request);
    EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
    return graph ? graph->op(graph->output()).shape : Shape{};
  }

  const ModelFolder folder_;
  testing::Tensors tensors_;
  Warnings warnings_;
};

TEST_F(VariablesOnly, AreANetwork) {
  const auto graph = load({.batch = 2, .resolution = {{64, 48}}});
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->name, "net");
  EXPECT_EQ(graph->file, folder_.path("net.ckpt.index"));
  EXPECT_EQ(graph->op(graph->input).shape, (Shape{2, 64, 48, 3}));
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{2, 5}));
  EXPECT_EQ(warnings_.said,
            "has no graph beside it; its variables are slim's MobileNet v1 with 2 blocks, alpha "
            "0.125, 5 classes; assumed are an input of 64x48, the usual strides, SAME padding, a "
            "softmax\n");
  // Block 2 halves 32x24.
  EXPECT_THAT(print(*graph), HasSubstr("-> [2,16,12,12]"));
}

TEST_F(VariablesOnly, UnderAnyScope) {
  const auto own = load();
  rename([](const std::string& name) { return "FeatureExtractor/" + name; });
  EXPECT_EQ(print(*load()), print(*own));
}

TEST_F(VariablesOnly, WithoutAClassifier) {
  remove("Logits");
  EXPECT_EQ(output(), (Shape{1, 1, 1, 8}));
  EXPECT_THAT(warnings_.said, HasSubstr("no classifier; assumed are an input of 224x224, the usual "
                                        "strides, SAME padding, average pooling"));
}

TEST_F(VariablesOnly, WithoutGamma) {
  remove("gamma");
  const auto graph = load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_THAT(warnings_.said, HasSubstr(", 5 classes, no gamma; assumed"));
  for (const Op& op : graph->ops()) {
    if (!op.name.ends_with("gamma")) continue;
    for (const float value : op.constant->data) EXPECT_EQ(value, 1);
  }
}

TEST_F(VariablesOnly, WithOneGammaLess) {
  remove("Conv2d_0/BatchNorm/gamma");
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'MobilenetV1/Conv2d_0/BatchNorm/gamma': is missing; the "
            "network of the other variables needs it, of shape [4]");
}

TEST_F(VariablesOnly, InKerasNames) {
  tensors_.clear();
  const auto add_keras = [&](const std::string& name, const Shape& shape) {
    add(name, shape);
    tensors_["net/" + name] = tensors_.at("MobilenetV1/" + name);
    tensors_.erase("MobilenetV1/" + name);
  };
  const auto layer = [&](const std::string& name, const std::string& weights, const Shape& shape,
                         std::int64_t channels) {
    add_keras(name + "/" + weights, shape);
    for (const std::string part : {"gamma", "beta", "moving_mean", "moving_variance"}) {
      add_keras(name + "_bn/" + part, Shape{channels});
    }
  };
  layer("conv1", "kernel", Shape{3, 3, 3, 4}, 4);
  layer("conv_dw_1", "depthwise_kernel", Shape{3, 3, 4, 1}, 4);
  layer("conv_pw_1", "kernel", Shape{1, 1, 4, 6}, 6);
  EXPECT_EQ(output(), (Shape{1, 112, 112, 6}));
  EXPECT_THAT(warnings_.said, HasSubstr("its variables are Keras's MobileNet v1 with 1 blocks"));
  EXPECT_THAT(warnings_.said, HasSubstr("Keras' padding, no pooling"));
  add_keras("conv_preds/kernel", Shape{1, 1, 6, 5});
  add_keras("conv_preds/bias", Shape{5});
  EXPECT_EQ(output(), (Shape{1, 5}));
}

TEST_F(VariablesOnly, OfAverages) {
  testing::Tensors averages;
  for (const auto& [name, value] : tensors_) {
    if (name.find("moving_") != std::string::npos || name == "global_step") continue;
    averages[name + "/ExponentialMovingAverage"] =
        tensor(value->shape, std::vector<float>(value->data.size(), 0.25f));
    averages[name + "/RMSProp"] = value;
  }
  EXPECT_EQ(problem({.variables = StoredVariables::Ema}),
            "net.ckpt.index: has no moving averages (NAME/ExponentialMovingAverage), which "
            "--variables ema asks for");
  tensors_.insert(averages.begin(), averages.end());
  const auto first_weight = [](const Result<Graph>& graph) {
    for (const Op& op : graph->ops()) {
      if (op.name == "MobilenetV1/Conv2d_0/weights") return op.constant->data[0];
    }
    return 0.0f;
  };
  EXPECT_EQ(first_weight(load({.variables = StoredVariables::Ema})), 0.25f);
  EXPECT_EQ(first_weight(load({.variables = StoredVariables::Raw})), 0.5f);
  EXPECT_EQ(first_weight(load()), 0.5f);
  EXPECT_THAT(warnings_.said, HasSubstr("has moving averages of its variables too; --variables ema "
                                        "reads them"));
}

TEST_F(VariablesOnly, OfShapesThatContradictEachOther) {
  add("Conv2d_2_depthwise/depthwise_weights", Shape{3, 3, 5, 2});
  add("Conv2d_1_depthwise/BatchNorm/beta", Shape{3});
  add("Logits/Conv2d_1c_1x1/biases", Shape{6});
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'MobilenetV1/Conv2d_1_depthwise/BatchNorm/beta': has the shape "
            "[3]; the network of the other variables expects [4]\n"
            "net.ckpt.index: tensor 'MobilenetV1/Conv2d_2_depthwise/depthwise_weights': has the "
            "shape [3,3,5,2]; the network of the other variables expects [3,3,6,2]\n"
            "net.ckpt.index: tensor 'MobilenetV1/Logits/Conv2d_1c_1x1/biases': has the shape [6]; "
            "the network of the other variables expects [5]");
}

TEST_F(VariablesOnly, OfOtherRanksOrNone) {
  add("Conv2d_0/weights", Shape{3, 3, 12});
  remove("Conv2d_1_pointwise/weights");
  EXPECT_EQ(problem(),
            "net.ckpt.index: tensor 'MobilenetV1/Conv2d_0/weights': has the shape [3,3,12]; "
            "expected weights of 4 dimensions\n"
            "net.ckpt.index: tensor 'MobilenetV1/Conv2d_1_pointwise/weights': is missing; the "
            "network needs it");
}

TEST_F(VariablesOnly, OfTooManyBlocks) {
  add("Conv2d_14_pointwise/weights", Shape{1, 1, 8, 8});
  EXPECT_EQ(problem(),
            "net.ckpt.index: has no graph beside it and the variables of 14 blocks; MobileNet v1 "
            "has 13");
}

TEST_F(VariablesOnly, OfTwoNetworks) {
  testing::Tensors copies;
  for (const auto& [name, value] : tensors_) copies["clone/" + name] = value;
  tensors_.insert(copies.begin(), copies.end());
  EXPECT_EQ(problem(),
            "net.ckpt.index: has no graph beside it and the variables of 2 networks: "
            "'MobilenetV1/Conv2d_0/weights', 'clone/MobilenetV1/Conv2d_0/weights'");
}

TEST_F(VariablesOnly, HaveNoNodes) {
  const auto graph = load({.output_nodes = {"x"}});
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(folder_.without_folder(graph.error().to_string()),
            "net.ckpt.index: has no graph beside it whose node --output-node could name");
  EXPECT_EQ(graph.error().blame(), Blame::Usage);
}

}  // namespace
}  // namespace slimc::frontend
