#include "frontend/tensorflow/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/graph_builder.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using testing::GraphBuilder;

std::vector<std::string> stored_names(const GraphBuilder& builder, const std::string& variable) {
  const auto graph = NodeGraph::create(builder.def, "graph.pb");
  return VariableBindings(*graph).stored_names(*graph->find(variable));
}

TEST(VariableBindings, FollowTheRestoreOp) {
  GraphBuilder builder;
  builder.variable("a", {1});
  builder.variable("b", {1});
  builder.variable("c", {1});
  builder.strings("names", {"stored/a", "a/ExponentialMovingAverage"});
  builder.strings("slices", {"", ""});
  builder.strings("file", {"model"});
  builder.node("restore", "RestoreV2", {"file", "names", "slices"});
  builder.node("assign", "Assign", {"a", "restore:1"});
  builder.node("assign_1", "Assign", {"b", "restore"});
  EXPECT_THAT(stored_names(builder, "a"), ElementsAre("a/ExponentialMovingAverage"));
  EXPECT_THAT(stored_names(builder, "b"), ElementsAre("stored/a"));
  EXPECT_THAT(stored_names(builder, "c"), ElementsAre("c"));
}

// Resource variables: an Identity lies between, and names may come through one too.
TEST(VariableBindings, LookThroughIdentities) {
  GraphBuilder builder;
  builder.node("a", "VarHandleOp", {}).text("shared_name", "shared/a");
  builder.strings("names", {"stored/a"});
  builder.node("names/read", "Identity", {"names"});
  builder.strings("slices", {""});
  builder.strings("file", {"model"});
  builder.node("restore", "RestoreV2", {"file", "names/read", "slices"});
  builder.node("identity", "Identity", {"restore"});
  builder.node("assign", "AssignVariableOp", {"a", "identity"});
  EXPECT_THAT(stored_names(builder, "a"), ElementsAre("stored/a"));
  builder.def.mutable_node()->RemoveLast();
  EXPECT_THAT(stored_names(builder, "a"), ElementsAre("a", "shared/a"));
}

TEST(VariableBindings, KeepSeveralSaversApart) {
  GraphBuilder builder;
  builder.variable("a", {1});
  builder.strings("slices", {""});
  builder.strings("file", {"model"});
  for (const std::string save : {"save", "save_1", "save_2"}) {
    builder.strings(save + "/names", {save == "save_1" ? "other" : "a"});
    builder.node(save + "/restore", "RestoreV2", {"file", save + "/names", "slices"});
    builder.node(save + "/assign", "Assign", {"a", save + "/restore"});
  }
  EXPECT_THAT(stored_names(builder, "a"), ElementsAre("a", "other"));
}

// The first version had an op for each tensor.
TEST(VariableBindings, FollowRestoreOpsOfTheFirstVersion) {
  for (const std::string op : {"Restore", "RestoreSlice"}) {
    GraphBuilder builder;
    builder.variable("a", {1});
    builder.strings("name", {"stored/a"});
    builder.strings("slice", {""});
    builder.strings("file", {"model"});
    std::vector<std::string> inputs = {"file", "name"};
    if (op == "RestoreSlice") inputs.push_back("slice");
    builder.node("restore", op, inputs);
    builder.node("assign", "Assign", {"a", "restore"});
    EXPECT_THAT(stored_names(builder, "a"), ElementsAre("stored/a"));
  }
}

// A graph whose saver restores averages into variables, as evaluations of a training do.
TEST(VariableBindings, AreWhatTheUserAsksFor) {
  GraphBuilder builder;
  for (const std::string name : {"a", "b", "bn/moving_mean"}) builder.variable(name, {1});
  builder.strings("names", {"a/ExponentialMovingAverage", "stored/b"});
  builder.strings("slices", {""});
  builder.strings("file", {"model"});
  builder.node("restore", "RestoreV2", {"file", "names", "slices"});
  builder.node("assign", "Assign", {"a", "restore"});
  builder.node("assign_1", "Assign", {"b", "restore:1"});
  const auto names = [&](const std::string& variable, StoredVariables wanted) {
    const auto graph = NodeGraph::create(builder.def, "graph.pb");
    return VariableBindings(*graph, wanted).stored_names(*graph->find(variable));
  };
  EXPECT_THAT(names("a", StoredVariables::Graph), ElementsAre("a/ExponentialMovingAverage"));
  EXPECT_THAT(names("b", StoredVariables::Graph), ElementsAre("stored/b"));
  EXPECT_THAT(names("a", StoredVariables::Raw), ElementsAre("a"));
  EXPECT_THAT(names("b", StoredVariables::Raw), ElementsAre("b", "stored/b"));
  EXPECT_THAT(names("a", StoredVariables::Ema), ElementsAre("a/ExponentialMovingAverage"));
  EXPECT_THAT(names("b", StoredVariables::Ema),
              ElementsAre("b/ExponentialMovingAverage", "stored/b/ExponentialMovingAverage"));
  // Statistics are averages already.
  EXPECT_THAT(names("bn/moving_mean", StoredVariables::Ema),
              ElementsAre("bn/moving_mean/ExponentialMovingAverage", "bn/moving_mean"));
}

// Initialisers are Assigns too; partitioned variables have no name of their own.
TEST(VariableBindings, IgnoreEverythingElse) {
  GraphBuilder builder;
  builder.variable("a", {1});
  builder.floats("zeros", {1}, {0});
  builder.node("init", "Assign", {"a", "zeros"});
  builder.strings("names", {"whole"});
  builder.strings("slices", {"2 0,1"});
  builder.strings("file", {"model"});
  builder.node("restore", "RestoreV2", {"file", "names", "slices"});
  builder.node("assign", "Assign", {"a", "restore"});
  builder.node("assign_1", "Assign", {"a", "restore:7"});
  builder.node("loop", "Identity", {"loop"});
  builder.node("assign_2", "Assign", {"a", "loop"});
  EXPECT_THAT(stored_names(builder, "a"), ElementsAre("a"));
}

}  // namespace
}  // namespace slimc::frontend
