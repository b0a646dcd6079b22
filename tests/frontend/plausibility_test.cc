#include "frontend/plausibility.h"
#include "tests/common/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace slimc::frontend {
namespace {

// An image of two channels through batch norms.
class Plausibility : public ::testing::Test {
 protected:
  Plausibility() {
    graph_.file = "net.pb";
    Op input;
    input.kind = OpKind::Input;
    input.name = "input";
    input.shape = Shape{1, 2, 2, 2};
    graph_.input = graph_.add(std::move(input));
    graph_.set_output(graph_.input);
  }

  void batch_norm(const std::string& name, float epsilon, const std::vector<float>& variance,
                  float gamma = 1) {
    const auto constant = [&](const std::string& part, const std::vector<float>& data) {
      return graph_.add_constant(name + "/" + part, Tensor{Shape{2}, data});
    };
    Op op;
    op.kind = OpKind::BatchNorm;
    op.name = name;
    op.inputs = {graph_.output(), constant("gamma", {gamma, 1}), constant("beta", {0, -2}),
                 constant("mean", {1, 2}), constant("variance", variance)};
    op.attributes = BatchNormAttributes{epsilon};
    graph_.set_output(graph_.add(std::move(op)));
  }

  // Errors, then warnings.
  std::string words() const {
    testing::Warnings listener;
    const auto result = check_plausible(graph_, listener);
    return (result ? "" : result.error().to_string() + "\n") + listener.text;
  }

  Graph graph_;
};

TEST_F(Plausibility, SaysNothingOfTrainedNetworks) {
  batch_norm("a", 0.001f, {0, 900});
  batch_norm("b", 0.001f, {1, 2});
  EXPECT_EQ(words(), "");
}

TEST_F(Plausibility, RefusesNegativeVariances) {
  batch_norm("a", 0.001f, {1, -0.5f});
  batch_norm("b", 0.001f, {-1, 1});
  EXPECT_EQ(words(),
            "net.pb: tensor 'a/variance': element 1 ([1]) is -0.5; a variance is never negative\n"
            "net.pb: tensor 'b/variance': element 0 ([0]) is -1; a variance is never negative\n");
}

TEST_F(Plausibility, RefusesADivisionByZero) {
  batch_norm("a", 0, {1, 2});
  EXPECT_EQ(words(), "");
  batch_norm("b", 0, {1, 0});
  EXPECT_EQ(words(),
            "net.pb: tensor 'b/variance': element 1 ([1]) is 0; a variance is above zero where "
            "epsilon is zero\n");
}

TEST_F(Plausibility, RefusesOddEpsilons) {
  batch_norm("a", -0.001f, {1, 1});
  EXPECT_EQ(words(), "net.pb: node 'a': has an epsilon of -0.001; expected 0 to 1\n");
}

TEST_F(Plausibility, WarnsOfDifferentEpsilons) {
  batch_norm("a", 0.001f, {1, 1});
  batch_norm("b", 0.5f, {1, 1});
  batch_norm("c", 0.001f, {1, 1});
  EXPECT_EQ(words(),
            "net.pb: node 'b': has an epsilon of 0.5, and 'a' one of 0.001: the file may be "
            "damaged\n");
}

TEST_F(Plausibility, WarnsOfAnEpsilonThatAllHave) {
  for (const char* name : {"a", "b"}) batch_norm(name, 0.5f, {1, 1});
  EXPECT_EQ(words(),
            "net.pb: node 'a': has an epsilon of 0.5; expected 1e-07 to 0.1: the file may be "
            "damaged\n");
}

TEST_F(Plausibility, WarnsOfHugeNumbers) {
  batch_norm("a", 0.001f, {1, 1}, -2e6f);
  EXPECT_EQ(words(),
            "net.pb: tensor 'a/gamma': element 0 ([0]) is -2000000; no trained network has such "
            "numbers: the file may be damaged\n");
}

TEST_F(Plausibility, WarnsOfSharedWeights) {
  const Value weights = graph_.add_constant("w", Tensor{Shape{1, 1, 2, 2}, {1, 2, 3, 4}});
  for (const char* name : {"a", "b"}) {
    Op op;
    op.kind = OpKind::Conv2D;
    op.name = name;
    op.inputs = {graph_.output(), weights};
    op.attributes = ConvolutionAttributes{};
    graph_.set_output(graph_.add(std::move(op)));
  }
  EXPECT_EQ(words(),
            "net.pb: node 'b': has the weights of 'a' ('w'); no network of the family shares "
            "weights: the file may be damaged\n");
}

}  // namespace
}  // namespace slimc::frontend
