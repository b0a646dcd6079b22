// Element-wise functions, as ops and as graphs write them out, against their formulas; softmax in
// its parts; ops of TensorFlow's optimiser; transposes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compiler/passes/passes.h"
#include "compiler/reference/evaluate.h"
#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using testing::errors_of;
using testing::GraphBuilder;
using testing::import;

const std::vector<double> kNumbers = {-8, -3.5, -3, -1, -0.25, 0, 0.5, 1, 2.75, 3, 6, 9};

GraphBuilder with_input() {
  GraphBuilder builder;
  builder.placeholder("x", {1, 3, 2, 2});
  return builder;
}

// What the graph makes of kNumbers, and what it was read as.
struct Outcome {
  std::vector<double> values;
  std::string function;  // of the last op; its kind, where that is no Activate
};

Outcome evaluate(const GraphBuilder& builder) {
  const auto graph = import(builder.def);
  EXPECT_TRUE(graph.has_value()) << errors_of(graph);
  if (!graph) return {};
  const Op& op = graph->op(graph->output());
  const std::string_view name = op.kind == OpKind::Activate
                                    ? name_of(op.attributes_as<ActivateAttributes>().function.kind)
                                    : name_of(op.kind);
  const reference::DoubleTensor image{graph->op(graph->input).shape, kNumbers};
  return {reference::evaluate(*graph, image).data, std::string(name)};
}

template <typename Function>
void expect_function(const GraphBuilder& builder, Activation kind, Function function) {
  const Outcome outcome = evaluate(builder);
  EXPECT_EQ(outcome.function, name_of(kind));
  ASSERT_EQ(outcome.values.size(), kNumbers.size());
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    EXPECT_NEAR(outcome.values[i], function(kNumbers[i]), 1e-6) << kNumbers[i];
  }
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double elu(double x, double alpha) { return x < 0 ? alpha * (std::exp(x) - 1) : x; }

TEST(Activations, AreOps) {
  const auto one = [](const std::string& op) {
    GraphBuilder builder = with_input();
    builder.node("y", op, {"x"});
    return builder;
  };
  expect_function(one("Sigmoid"), Activation::Sigmoid, sigmoid);
  expect_function(one("Tanh"), Activation::Tanh, [](double x) { return std::tanh(x); });
  expect_function(one("Elu"), Activation::Elu, [](double x) { return elu(x, 1); });
  expect_function(one("LeakyRelu"), Activation::LeakyRelu,
                  [](double x) { return x < 0 ? 0.2f * x : x; });
  GraphBuilder leaky = with_input();
  leaky.node("y", "LeakyRelu", {"x"}).number("alpha", 0.125f);
  expect_function(leaky, Activation::LeakyRelu, [](double x) { return x < 0 ? 0.125 * x : x; });

  const Outcome selu = evaluate(one("Selu"));
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    EXPECT_NEAR(selu.values[i], 1.0507009873554805 * elu(kNumbers[i], 1.6732632423543772), 1e-5);
  }
}

TEST(Activations, SwishIsWrittenOut) {
  GraphBuilder b = with_input();
  b.node("sigmoid", "Sigmoid", {"x"});
  b.node("mul", "Mul", {"x", "sigmoid"});
  // Keras hands both on, for the gradient.
  b.node("y", "IdentityN", {"mul", "x"});
  expect_function(b, Activation::Swish, [](double x) { return x * sigmoid(x); });
}

double hard_swish(double x) { return x * std::fmin(std::fmax(x + 3, 0), 6) / 6; }

TEST(Activations, HardSwishIsWrittenOut) {
  for (const std::string form : {"x*r/6", "x*(r/6)", "(x*r)*sixth", "(r*sixth)*x"}) {
    GraphBuilder b = with_input();
    b.floats("three", {}, {3});
    b.floats("six", {}, {6});
    b.floats("sixth", {}, {0.16666667f});
    b.node("shifted", "AddV2", {"x", "three"});
    b.node("r", "Relu6", {"shifted"});
    if (form == "x*r/6") {
      b.node("product", "Mul", {"x", "r"});
      b.node("y", "RealDiv", {"product", "six"});
    } else if (form == "x*(r/6)") {
      b.node("gate", "RealDiv", {"r", "six"});
      b.node("y", "Mul", {"x", "gate"});
    } else if (form == "(x*r)*sixth") {
      b.node("product", "Mul", {"r", "x"});
      b.node("y", "Mul", {"product", "sixth"});
    } else {
      b.node("gate", "Mul", {"r", "sixth"});
      b.node("y", "Mul", {"gate", "x"});
    }
    SCOPED_TRACE(form);
    expect_function(b, Activation::HardSwish, hard_swish);
  }
}

TEST(Activations, HardSigmoidIsWrittenOut) {
  GraphBuilder six = with_input();
  six.floats("three", {}, {3});
  six.floats("six", {}, {6});
  six.node("shifted", "AddV2", {"x", "three"});
  six.node("r", "Relu6", {"shifted"});
  six.node("y", "RealDiv", {"r", "six"});
  expect_function(six, Activation::HardSigmoid,
                  [](double x) { return std::fmin(std::fmax(x + 3, 0), 6) / 6; });

  // Keras 2.
  GraphBuilder keras = with_input();
  keras.floats("fifth", {}, {0.2f});
  keras.floats("half", {}, {0.5f});
  keras.floats("zero", {}, {0});
  keras.floats("one", {}, {1});
  keras.node("mul", "Mul", {"x", "fifth"});
  keras.node("add", "Add", {"mul", "half"});
  keras.node("y", "ClipByValue", {"add", "zero", "one"});
  expect_function(keras, Activation::HardSigmoid, [](double x) {
    return std::fmin(std::fmax(static_cast<double>(0.2f) * x + 0.5, 0), 1);
  });
}

TEST(Activations, LeakyReluIsWrittenOut) {
  GraphBuilder maximum = with_input();
  maximum.floats("alpha", {}, {0.25f});
  maximum.node("scaled", "Mul", {"alpha", "x"});
  maximum.node("y", "Maximum", {"scaled", "x"});
  const auto leaky = [](double x) { return x < 0 ? 0.25 * x : x; };
  expect_function(maximum, Activation::LeakyRelu, leaky);

  // Keras of TensorFlow 1.
  GraphBuilder difference = with_input();
  difference.floats("alpha", {}, {0.25f});
  difference.node("minus", "Neg", {"x"});
  difference.node("negative", "Relu", {"minus"});
  difference.node("scaled", "Mul", {"alpha", "negative"});
  difference.node("positive", "Relu", {"x"});
  difference.node("y", "Sub", {"positive", "scaled"});
  expect_function(difference, Activation::LeakyRelu, leaky);
}

TEST(Activations, ClippingIsWrittenOut) {
  for (const bool minimum_first : {true, false}) {
    GraphBuilder b = with_input();
    b.floats("low", {}, {-1});
    b.floats("high", {}, {2});
    b.node("inner", minimum_first ? "Minimum" : "Maximum", {"x", minimum_first ? "high" : "low"});
    b.node("y", minimum_first ? "Maximum" : "Minimum", {"inner", minimum_first ? "low" : "high"});
    expect_function(b, Activation::Clip, [](double x) { return std::fmin(std::fmax(x, -1), 2); });
  }
}

// relu6 as old Keras exports it: its bound is a cast integer or double.
TEST(Activations, Relu6WithACastBound) {
  for (const tensorflow::DataType type : {tensorflow::DT_INT32, tensorflow::DT_DOUBLE}) {
    GraphBuilder b = with_input();
    if (type == tensorflow::DT_INT32) {
      b.integers("Cast/x", {}, {6});
    } else {
      auto node = b.node("Cast/x", "Const", {});
      node.type("dtype", type);
      auto& tensor = *node.attr("value").mutable_tensor();
      tensor.set_dtype(type);
      tensor.mutable_tensor_shape();
      tensor.add_double_val(6);
    }
    b.node("Cast", "Cast", {"Cast/x"}).type("SrcT", type).type("DstT", tensorflow::DT_FLOAT);
    b.node("relu", "Relu", {"x"});
    b.node("y", "Minimum", {"relu", "Cast"});
    const auto graph = import(b.def);
    ASSERT_TRUE(graph.has_value()) << errors_of(graph);
    const auto compact = run_pipeline(*graph);
    ASSERT_TRUE(compact.has_value());
    EXPECT_EQ(compact->op(compact->output()).kind, OpKind::Relu6);
    EXPECT_EQ(evaluate(b).values.back(), 6);
  }
}

TEST(WrittenOutSoftmax, IsReadLiterally) {
  GraphBuilder b = with_input();
  b.integers("last", {}, {-1});
  b.node("max", "Max", {"x", "last"}).flag("keep_dims", true);
  b.node("shifted", "Sub", {"x", "max"});
  b.node("exp", "Exp", {"shifted"});
  b.integers("axes", {1}, {3});
  b.node("sum", "Sum", {"exp", "axes"}).flag("keep_dims", true);
  b.node("y", "RealDiv", {"exp", "sum"});
  const std::vector<double> found = evaluate(b).values;
  ASSERT_EQ(found.size(), kNumbers.size());
  for (std::size_t i = 0; i < found.size(); i += 2) {
    EXPECT_NEAR(found[i], sigmoid(kNumbers[i] - kNumbers[i + 1]), 1e-9);
  }
  // A dimension that is dropped.
  GraphBuilder dropped = with_input();
  dropped.integers("last", {}, {-1});
  dropped.node("y", "Max", {"x", "last"});
  const auto graph = import(dropped.def);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{1, 3, 2}));
}

TEST(FusedOps, AreTheirParts) {
  GraphBuilder b = with_input();
  b.floats("weights", {1, 1, 2, 1}, {2, 1});
  b.floats("bias", {1}, {-4});
  auto node = b.node("y", "_FusedConv2D", {"x", "weights", "bias"});
  node.text("padding", "SAME").list("strides", {1, 1, 1, 1});
  node.attr("fused_ops").mutable_list()->add_s("BiasAdd");
  node.attr("fused_ops").mutable_list()->add_s("Relu");
  const std::vector<double> found = evaluate(b).values;
  ASSERT_EQ(found.size(), kNumbers.size() / 2);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i], std::fmax(2 * kNumbers[2 * i] + kNumbers[2 * i + 1] - 4, 0));
  }
  node.attr("fused_ops").mutable_list()->set_s(1, "Softsign");
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'y': fuses 'Softsign', which slimc does not compute");
}

TEST(Transpose, OfWeightsAndOfWhatStays) {
  GraphBuilder b = with_input();
  b.floats("oi", {1, 2}, {10, 1});
  b.integers("swap", {2}, {1, 0});
  b.node("io", "Transpose", {"oi", "swap"});
  b.integers("rows", {2}, {-1, 2});
  b.node("flat", "Reshape", {"x", "rows"});
  b.node("y", "MatMul", {"flat", "io"});
  EXPECT_EQ(evaluate(b).values.front(), 10 * kNumbers[0] + kNumbers[1]);

  GraphBuilder same;
  same.placeholder("x", {1, 1, 1, 5});
  same.integers("order", {4}, {0, 3, 1, 2});
  same.node("y", "Transpose", {"x", "order"});
  const auto graph = import(same.def);
  ASSERT_TRUE(graph.has_value()) << errors_of(graph);
  EXPECT_EQ(graph->op(graph->output()).shape, (Shape{1, 5, 1, 1}));

  GraphBuilder moved = with_input();
  moved.integers("order", {4}, {0, 3, 1, 2});
  moved.node("y", "Transpose", {"x", "order"});
  EXPECT_EQ(errors_of(import(moved.def)),
            "graph.pb: node 'y': transposes [1,3,2,2] by [0,3,1,2]; slimc reads NHWC graphs, in "
            "which the image stays as it is");
}

}  // namespace
}  // namespace slimc::frontend
