// Element-wise functions that are ops of their own, and the softmax that is written out.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/frontend/tflite/evaluated.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::evaluated;
using testing::ModelBuilder;
using ::testing::Pointwise;

// Of -2, -1, 0, 1, 2.
class Function : public ::testing::Test {
 protected:
  Function() {
    const int image = model_.input("image", {1, 1, 1, 5});
    const int shift = model_.floats("shift", {1}, {-3});
    moved_ = model_.tensor("moved", {1, 1, 1, 5});
    out_ = model_.tensor("out", {1, 1, 1, 5});
    model_.op(BuiltinOperator::ADD, {image, shift}, {moved_});
  }

  std::vector<double> of(BuiltinOperator code) {
    model_.op(code, {moved_}, {out_});
    return evaluated(model_);
  }

  ModelBuilder model_;
  int moved_, out_;
};

TEST_F(Function, Logistic) {
  const double e = std::exp(1), e2 = std::exp(2);
  EXPECT_THAT(
      of(BuiltinOperator::LOGISTIC),
      Pointwise(DoubleNear(1e-12), {1 / (1 + e2), 1 / (1 + e), 0.5, e / (1 + e), e2 / (1 + e2)}));
}

TEST_F(Function, Tanh) {
  EXPECT_THAT(
      of(BuiltinOperator::TANH),
      Pointwise(DoubleNear(1e-9), {-0.9640275801, -0.7615941560, 0., 0.7615941560, 0.9640275801}));
}

TEST_F(Function, Elu) {
  EXPECT_THAT(of(BuiltinOperator::ELU),
              Pointwise(DoubleNear(1e-9), {std::exp(-2) - 1, std::exp(-1) - 1, 0., 1., 2.}));
}

// x * relu6(x + 3) / 6
TEST_F(Function, HardSwish) {
  EXPECT_THAT(of(BuiltinOperator::HARD_SWISH),
              Pointwise(DoubleNear(1e-6), {-2 * 1. / 6, -2. / 6, 0., 4. / 6, 10. / 6}));
}

TEST_F(Function, Clips) {
  EXPECT_THAT(of(BuiltinOperator::RELU_N1_TO_1), ElementsAre(-1, -1, 0, 1, 1));
}

TEST_F(Function, ClipsFromZero) {
  EXPECT_THAT(of(BuiltinOperator::RELU_0_TO_1), ElementsAre(0, 0, 0, 1, 1));
}

TEST_F(Function, Exponential) {
  EXPECT_THAT(of(BuiltinOperator::EXP), Pointwise(DoubleNear(1e-9), {std::exp(-2), std::exp(-1), 1.,
                                                                     std::exp(1), std::exp(2)}));
}

TEST_F(Function, LeakyRelu) {
  LeakyReluOptionsT options;
  options.alpha = 0.25f;
  OperatorT& op = model_.op(BuiltinOperator::LEAKY_RELU, {moved_}, {out_}, options);
  EXPECT_THAT(evaluated(model_), ElementsAre(-0.5, -0.25, 0, 1, 2));
  op.builtin_options.AsLeakyReluOptions()->alpha = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(testing::errors_of(model_.bytes()),
            "net.tflite: op 1 (LEAKY_RELU) 'out': its alpha is nan");
  op.builtin_options.Reset();
  EXPECT_EQ(testing::errors_of(model_.bytes()),
            "net.tflite: op 1 (LEAKY_RELU) 'out': has options of type 0, expected 75 "
            "(LeakyReluOptions)");
}

// Every one of these is no op of slimc's.
TEST_F(Function, OthersAreRefusedByName) {
  for (const auto& [code, name] : std::initializer_list<std::pair<BuiltinOperator, const char*>>{
           {BuiltinOperator::PRELU, "PRELU"},
           {BuiltinOperator::LOG_SOFTMAX, "LOG_SOFTMAX"},
           {BuiltinOperator::GELU, "GELU"},
           {BuiltinOperator::L2_NORMALIZATION, "L2_NORMALIZATION"},
           {BuiltinOperator::MIRROR_PAD, "MIRROR_PAD"},
           {BuiltinOperator::DENSIFY, "DENSIFY"},
           {BuiltinOperator::FAKE_QUANT, "FAKE_QUANT"}}) {
    model_.op(code, {moved_}, {out_});
    EXPECT_EQ(testing::errors_of(model_.bytes()),
              std::string("net.tflite: op 1 (") + name + ") 'out': is not supported");
    model_.subgraph().operators.pop_back();
  }
}

TEST(Softmax, WrittenOut) {
  ModelBuilder model;
  const int image = model.input("image", {1, 1, 1, 3});
  const int axis = model.scalar("axis", -1);
  const auto tensor = [&](const char* name, int channels) {
    return model.tensor(name, {1, 1, 1, channels});
  };
  ReducerOptionsT keep;
  keep.keep_dims = true;
  const int max = tensor("max", 1), sub = tensor("sub", 3), exp = tensor("exp", 3),
            sum = tensor("sum", 1), out = tensor("out", 3);
  model.op(BuiltinOperator::REDUCE_MAX, {image, axis}, {max}, keep);
  model.op(BuiltinOperator::SUB, {image, max}, {sub});
  model.op(BuiltinOperator::EXP, {sub}, {exp});
  model.op(BuiltinOperator::SUM, {exp, axis}, {sum}, keep);
  model.op(BuiltinOperator::DIV, {exp, sum}, {out});
  EXPECT_THAT(evaluated(model),
              Pointwise(DoubleNear(1e-9), {0.09003057317, 0.24472847105, 0.66524095577}));
  const auto graph = testing::read(model.bytes());
  ASSERT_TRUE(graph.has_value());
  std::string kinds;
  for (const Op& op : graph->ops()) kinds += std::string(name_of(op.kind)) + " ";
  EXPECT_EQ(kinds, "Input MaxChannels Sub Exp SumChannels Div ");
}

TEST(Reduce, SumsAnImage) {
  ModelBuilder model;
  const int image = model.input("image", {1, 2, 2, 2});
  const int axes = model.integers("axes", {1, 2});
  const int out = model.tensor("out", {1, 2});
  model.op(BuiltinOperator::SUM, {image, axes}, {out});
  EXPECT_THAT(evaluated(model), ElementsAre(1 + 3 + 5 + 7, 2 + 4 + 6 + 8));
}

}  // namespace
}  // namespace slimc::frontend
