// One small network in all the ways in which batch norm, relu6, padding, the pool and the
// classifier are spelled. Read and run through the passes, each must become the same ops as the
// plain form, with the same results.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compiler/passes/passes.h"
#include "compiler/reference/evaluate.h"
#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

// What a node is called that another one reads.
using Name = std::string;

struct Spelling {
  std::string batch_norm = "fused";
  std::string relu6 = "Relu6";
  std::string padding = "SAME";
  std::string pool = "Mean";
  std::string classifier = "Conv2D";
};

// Names the spelling when a test fails.
void PrintTo(const Spelling& s, std::ostream* out) {
  *out << s.batch_norm << ", " << s.relu6 << ", " << s.padding << ", " << s.pool << ", "
       << s.classifier;
}

class Network {
 public:
  explicit Network(const Spelling& spelling) : spelling_(spelling) {}

  tensorflow::GraphDef build() {
    b_.placeholder("input", {2, 8, 8, 3});
    Name x = relu6(batch_norm(stem("input"), 4));
    x = relu6(batch_norm(convolution("DepthwiseConv2dNative", x, {3, 3, 4, 1}), 4));
    x = relu6(batch_norm(convolution("Conv2D", x, {1, 1, 4, 5}), 5));
    b_.node("out", "Softmax", {classifier(pool(x))});
    return b_.def;
  }

 private:
  // Numbers that look random and are the same on every machine, wherever they are needed.
  std::vector<float> numbers(std::int64_t count, float low, float high) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
      state_ = state_ * 1664525u + 1013904223u;
      values.push_back(low + (high - low) * static_cast<float>(state_ >> 8) * 0x1p-24f);
    }
    return values;
  }

  Name fresh(const std::string& word) { return word + "_" + std::to_string(++names_); }

  Name number(float value) {
    const Name name = fresh("number");
    b_.floats(name, {}, {value});
    return name;
  }

  Name vector(const std::string& word, const std::vector<float>& values) {
    const Name name = fresh(word);
    b_.floats(name, {static_cast<std::int64_t>(values.size())}, values);
    return name;
  }

  Name op(const std::string& kind, const std::vector<Name>& inputs) {
    const Name name = fresh(kind);
    b_.node(name, kind, inputs);
    return name;
  }

  Name convolution(const std::string& kind, const Name& x, const std::vector<std::int64_t>& dims,
                   std::int64_t stride = 1, const std::string& padding = "SAME") {
    const Name weights = fresh("weights");
    b_.floats(weights, dims, numbers(dims[0] * dims[1] * dims[2] * dims[3], -1, 1));
    const Name name = fresh(kind);
    b_.node(name, kind, {x, weights})
        .type("T", DataType::DT_FLOAT)
        .text("padding", padding)
        .list("strides", {1, stride, stride, 1});
    return name;
  }

  // 8x8 pixels by strides of 2 are padded below and to the right.
  Name stem(const Name& x) {
    if (spelling_.padding == "SAME") return convolution("Conv2D", x, {3, 3, 3, 4}, 2);
    b_.integers("paddings", {4, 2}, {0, 0, 0, 1, 0, 1, 0, 0});
    std::vector<Name> inputs = {x, "paddings"};
    if (spelling_.padding == "PadV2") inputs.push_back(number(0));
    return convolution("Conv2D", op(spelling_.padding, inputs), {3, 3, 3, 4}, 2, "VALID");
  }

  Name batch_norm(const Name& x, std::int64_t c) {
    const Name gamma = vector("gamma", numbers(c, 0.5f, 1.5f));
    const Name beta = vector("beta", numbers(c, -1, 1));
    const Name mean = vector("mean", numbers(c, -1, 1));
    const Name variance = vector("variance", numbers(c, 0.5f, 2));
    const std::string& form = spelling_.batch_norm;
    if (form == "fused") {
      const Name name = fresh("bn");
      b_.node(name, "FusedBatchNormV3", {x, gamma, beta, mean, variance})
          .flag("is_training", false)
          .number("epsilon", 0.001f);
      return name;
    }
    const Name moved = op("AddV2", {variance, number(0.001f)});
    if (form == "tf.nn.batch_normalization") {
      const Name scale = op("Mul", {op("Rsqrt", {moved}), gamma});
      return op("AddV2", {op("Mul", {x, scale}), op("Sub", {beta, op("Mul", {mean, scale})})});
    }
    if (form == "centred, divided by the root") {
      const Name normal = op("RealDiv", {op("Sub", {x, mean}), op("Sqrt", {moved})});
      return op("Add", {beta, op("Mul", {gamma, normal})});
    }
    if (form == "by powers") {
      const Name normal = op("Mul", {op("Pow", {moved, number(-0.5f)}), op("Sub", {x, mean})});
      return op("BiasAdd", {op("Mul", {normal, gamma}), beta});
    }
    if (form == "turned round") {
      const Name root = op("Reciprocal", {op("Pow", {moved, number(0.5f)})});
      const Name normal = op("Mul", {op("Sub", {mean, x}), op("Mul", {root, gamma})});
      return op("Sub", {beta, normal});
    }
    if (form == "negated") {
      const Name root = op("Rsqrt", {moved});
      const Name centred = op("AddV2", {op("Neg", {mean}), x});
      return op("Sub", {op("Mul", {op("Mul", {centred, root}), gamma}), op("Neg", {beta})});
    }
    ADD_FAILURE() << form;
    return x;
  }

  Name relu6(const Name& x) {
    const std::string& form = spelling_.relu6;
    if (form == "Relu6") return op("Relu6", {x});
    if (form == "Minimum of Relu") return op("Minimum", {op("Relu", {x}), number(6)});
    if (form == "Minimum of Maximum") {
      return op("Minimum", {number(6), op("Maximum", {x, number(0)})});
    }
    if (form == "clip_by_value") {
      return op("Maximum", {op("Minimum", {x, number(6)}), number(0)});
    }
    if (form == "ClipByValue") return op("ClipByValue", {x, number(0), number(6)});
    if (form == "Relu of Minimum") return op("Relu", {op("Minimum", {x, number(6)})});
    if (form == "Keras' relu(max_value=6)") {
      return op("ClipByValue", {op("Relu", {x}), number(0), number(6)});
    }
    ADD_FAILURE() << form;
    return x;
  }

  // 4x4 pixels of 5 channels.
  Name pool(const Name& x) {
    const std::string& form = spelling_.pool;
    if (form == "AvgPool") {
      b_.node("pool", "AvgPool", {x})
          .list("ksize", {1, 4, 4, 1})
          .list("strides", {1, 1, 1, 1})
          .text("padding", "VALID");
      return "pool";
    }
    b_.integers("axes", {2}, {1, 2});
    const bool is_sum = form.starts_with("Sum");
    b_.node("pool", is_sum ? "Sum" : "Mean", {x, "axes"}).flag("keep_dims", form != "flat Mean");
    if (form == "Sum times 1/16") return op("Mul", {"pool", number(1.0f / 16)});
    if (form == "Sum by 16") return op("RealDiv", {"pool", number(16)});
    if (form == "flat Mean") {
      b_.integers("pixels", {4}, {2, 1, 1, 5});
      return op("Reshape", {"pool", "pixels"});
    }
    return "pool";
  }

  Name classifier(const Name& x) {
    const std::vector<float> weights = numbers(5 * 3, -1, 1);
    const Name bias = vector("bias", numbers(3, -1, 1));
    b_.integers("rows", {2}, {2, 3});
    if (spelling_.classifier == "Conv2D") {
      b_.floats("logits/weights", {1, 1, 5, 3}, weights);
      b_.conv2d("logits", x, "logits/weights");
      return op("Reshape", {op("BiasAdd", {"logits", bias}), "rows"});
    }
    b_.integers("features", {2}, {2, 5});
    const Name flat = op("Reshape", {x, "features"});
    b_.floats("logits/weights", {5, 3}, weights);
    return op(spelling_.classifier == "MatMul, Add" ? "AddV2" : "BiasAdd",
              {op("MatMul", {flat, "logits/weights"}), bias});
  }

  Spelling spelling_;
  GraphBuilder b_;
  std::uint32_t state_ = 1;
  int names_ = 0;
};

// "Input Conv2D ...", constants left out; an average over all pixels is a mean.
std::string kinds(const Graph& graph) {
  std::string words;
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Constant) continue;
    words += op.kind == OpKind::AvgPool ? "Mean" : std::string(name_of(op.kind));
    words += ' ';
  }
  return words;
}

std::vector<double> evaluate(const Graph& graph) {
  reference::DoubleTensor image{graph.op(graph.input).shape, {}};
  for (std::int64_t i = 0; i < image.shape.elements(); ++i) {
    image.data.push_back(std::sin(static_cast<double>(i)) * 4);
  }
  return reference::evaluate(graph, image).data;
}

class Spellings : public ::testing::TestWithParam<Spelling> {};

TEST_P(Spellings, AreOneNetwork) {
  const auto plain = import(Network({}).build());
  const auto graph = import(Network(GetParam()).build());
  ASSERT_TRUE(plain.has_value()) << errors_of(plain);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  const auto found = run_pipeline(*graph);
  ASSERT_TRUE(found.has_value()) << errors_of(found);
  EXPECT_EQ(kinds(*found), "Input Conv2D DepthwiseConv2D Conv2D Mean Conv2D Softmax Reshape ");
  const std::vector<double> expected = evaluate(*plain);
  const std::vector<double> result = evaluate(*found);
  ASSERT_EQ(result.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(result[i], expected[i], 1e-6) << i;
}

INSTANTIATE_TEST_SUITE_P(BatchNorm, Spellings,
                         ::testing::Values(Spelling{.batch_norm = "fused"},
                                           Spelling{.batch_norm = "tf.nn.batch_normalization"},
                                           Spelling{.batch_norm = "centred, divided by the root"},
                                           Spelling{.batch_norm = "by powers"},
                                           Spelling{.batch_norm = "turned round"},
                                           Spelling{.batch_norm = "negated"}));

INSTANTIATE_TEST_SUITE_P(Relu6, Spellings,
                         ::testing::Values(Spelling{.relu6 = "Minimum of Relu"},
                                           Spelling{.relu6 = "Minimum of Maximum"},
                                           Spelling{.relu6 = "clip_by_value"},
                                           Spelling{.relu6 = "ClipByValue"},
                                           Spelling{.relu6 = "Relu of Minimum"},
                                           Spelling{.relu6 = "Keras' relu(max_value=6)"}));

INSTANTIATE_TEST_SUITE_P(Padding, Spellings,
                         ::testing::Values(Spelling{.padding = "Pad"},
                                           Spelling{.padding = "PadV2"}));

INSTANTIATE_TEST_SUITE_P(
    Head, Spellings,
    ::testing::Values(Spelling{.pool = "AvgPool"}, Spelling{.pool = "flat Mean"},
                      Spelling{.pool = "Sum times 1/16"}, Spelling{.pool = "Sum by 16"},
                      Spelling{.classifier = "MatMul, Add"},
                      Spelling{.classifier = "MatMul, BiasAdd"},
                      Spelling{.pool = "Sum by 16", .classifier = "MatMul, Add"}));

}  // namespace
}  // namespace slimc::frontend
