// From graphs as they are built for training, and as TensorFlow 2 keeps them, to the graph that
// inference computes. The graphs are written as TensorFlow's own Python code writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/reference/evaluate.h"
#include "frontend/tensorflow/import.h"
#include "tests/common/warnings.h"
#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::FunctionDef;
using tensorflow::GraphDef;
using ::testing::ElementsAre;
using testing::errors_of;
using testing::GraphBuilder;
using testing::import;
using testing::NodeBuilder;

GraphBuilder with_input(const std::vector<std::int64_t>& dims = {1, 1, 1, 2}) {
  GraphBuilder builder;
  builder.placeholder("input", dims);
  return builder;
}

// The output for the input 1, 2, 3, ...
std::vector<double> evaluate(const Result<Graph>& graph) {
  EXPECT_TRUE(graph.has_value()) << errors_of(graph);
  if (!graph) return {};
  reference::DoubleTensor input{graph->op(graph->input).shape, {}};
  for (std::int64_t i = 1; i <= input.shape.elements(); ++i) {
    input.data.push_back(static_cast<double>(i));
  }
  return reference::evaluate(*graph, input).data;
}

std::vector<double> evaluate(const GraphBuilder& builder, const std::string& output = "out") {
  return evaluate(import(builder.def, {.output_nodes = {output}}));
}

NodeBuilder boolean(GraphBuilder& builder, const std::string& name, bool value) {
  NodeBuilder node = builder.node(name, "Const", {}).type("dtype", DataType::DT_BOOL);
  auto& tensor = *node.attr("value").mutable_tensor();
  tensor.set_dtype(DataType::DT_BOOL);
  tensor.mutable_tensor_shape();
  tensor.add_bool_val(value);
  return node;
}

// ---- dropout

// What tf.random_uniform() leaves.
void add_random(GraphBuilder& b, const std::string& scope, const std::string& op) {
  b.node(scope + "Shape", "Shape", {"input"});
  b.floats(scope + "random_uniform/min", {}, {0});
  b.floats(scope + "random_uniform/max", {}, {1});
  b.node(scope + "random_uniform/RandomUniform", op, {scope + "Shape"});
  b.node(scope + "random_uniform/sub", "Sub",
         {scope + "random_uniform/max", scope + "random_uniform/min"});
  b.node(scope + "random_uniform/mul", "Mul",
         {scope + "random_uniform/RandomUniform", scope + "random_uniform/sub"});
  b.node(scope + "random_uniform", "Add",
         {scope + "random_uniform/mul", scope + "random_uniform/min"});
}

TEST(Dropout, OfTensorFlow1) {
  for (const bool is_placeholder : {false, true}) {
    GraphBuilder b = with_input();
    if (is_placeholder) {
      b.node("dropout/keep_prob", "Placeholder", {}).type("dtype", DataType::DT_FLOAT);
    } else {
      b.floats("dropout/keep_prob", {}, {0.5f});
    }
    add_random(b, "dropout/", "RandomUniform");
    b.node("dropout/add", "Add", {"dropout/keep_prob", "dropout/random_uniform"});
    b.node("dropout/Floor", "Floor", {"dropout/add"});
    b.node("dropout/div", "RealDiv", {"input", "dropout/keep_prob"});
    b.node("dropout/mul", "Mul", {"dropout/div", "dropout/Floor"});
    b.node("out", "Identity", {"dropout/mul"});
    EXPECT_THAT(evaluate(b), ElementsAre(1, 2));
  }
}

TEST(Dropout, OfTensorFlow1WithARate) {
  GraphBuilder b = with_input();
  b.floats("dropout/rate", {}, {0.25f});
  add_random(b, "dropout/", "RandomUniform");
  b.floats("dropout/sub/x", {}, {1});
  b.node("dropout/sub", "Sub", {"dropout/sub/x", "dropout/rate"});
  b.floats("dropout/truediv/x", {}, {1});
  b.node("dropout/truediv", "RealDiv", {"dropout/truediv/x", "dropout/sub"});
  b.node("dropout/GreaterEqual", "GreaterEqual", {"dropout/random_uniform", "dropout/rate"});
  b.node("dropout/mul", "Mul", {"input", "dropout/truediv"});
  b.node("dropout/Cast", "Cast", {"dropout/GreaterEqual"}).type("DstT", DataType::DT_FLOAT);
  b.node("dropout/mul_1", "Mul", {"dropout/mul", "dropout/Cast"});
  b.node("out", "Identity", {"dropout/mul_1"});
  EXPECT_THAT(evaluate(b), ElementsAre(1, 2));
}

TEST(Dropout, OfTensorFlow2) {
  for (const std::string random :
       {"RandomUniform", "StatelessRandomUniform", "StatelessRandomUniformV2"}) {
    GraphBuilder b = with_input();
    b.floats("drop/dropout/Const", {}, {1.25f});
    b.node("drop/dropout/Mul", "Mul", {"input", "drop/dropout/Const"});
    b.node("drop/dropout/Shape", "Shape", {"input"});
    b.node("drop/dropout/random_uniform/RandomUniform", random, {"drop/dropout/Shape"});
    b.floats("drop/dropout/GreaterEqual/y", {}, {0.2f});
    b.node("drop/dropout/GreaterEqual", "GreaterEqual",
           {"drop/dropout/random_uniform/RandomUniform", "drop/dropout/GreaterEqual/y"});
    b.node("drop/dropout/Cast", "Cast", {"drop/dropout/GreaterEqual"});
    b.node("drop/dropout/Mul_1", "Mul", {"drop/dropout/Mul", "drop/dropout/Cast"});
    b.floats("drop/dropout/Const_1", {}, {0});
    b.node("drop/dropout/SelectV2", "SelectV2",
           {"drop/dropout/GreaterEqual", "drop/dropout/Mul", "drop/dropout/Const_1"});
    b.node("out", "Identity", {"drop/dropout/Mul_1"});
    b.node("newer", "Identity", {"drop/dropout/SelectV2"});
    EXPECT_THAT(evaluate(b), ElementsAre(1, 2));
    EXPECT_THAT(evaluate(b, "newer"), ElementsAre(1, 2));
  }
}

// The network's own factor in front of dropout is not dropout's.
TEST(Dropout, KeepsWhatIsNotItsOwn) {
  GraphBuilder b = with_input();
  b.floats("two", {}, {2});
  b.node("scaled", "Mul", {"input", "two"});
  b.node("dropout/Shape", "Shape", {"input"});
  b.node("dropout/RandomUniform", "RandomUniform", {"dropout/Shape"});
  b.node("dropout/Floor", "Floor", {"dropout/RandomUniform"});
  b.node("dropout/mul", "Mul", {"scaled", "dropout/Floor"});
  b.node("out", "Identity", {"dropout/mul"});
  EXPECT_THAT(evaluate(b), ElementsAre(2, 4));
}

// One that was renamed since: its factor is known by the number that its mask is made of.
TEST(Dropout, InSeveralScopes) {
  GraphBuilder b = with_input();
  b.floats("dropout/keep_prob", {}, {0.5f});
  b.node("dropout/Shape", "Shape", {"input"});
  b.node("dropout/RandomUniform", "RandomUniform", {"dropout/Shape"});
  b.node("dropout/add", "Add", {"dropout/keep_prob", "dropout/RandomUniform"});
  b.node("dropout/Floor", "Floor", {"dropout/add"});
  b.node("dropout/div", "RealDiv", {"input", "dropout/keep_prob"});
  b.node("renamed", "Mul", {"dropout/div", "dropout/Floor"});
  b.node("out", "Identity", {"renamed"});
  EXPECT_THAT(evaluate(b), ElementsAre(1, 2));
}

TEST(Dropout, NoiseIsNoDropout) {
  GraphBuilder b = with_input();
  b.node("noise/Shape", "Shape", {"input"});
  b.node("noise", "RandomUniform", {"noise/Shape"});
  b.node("out", "Mul", {"input", "noise"});
  EXPECT_EQ(errors_of(import(b.def)), "graph.pb: node 'noise': op RandomUniform is not supported");
}

// ---- tf.cond

// x + 1 where the predicate holds, x * 10 where not; a constant of each branch hangs on it by order
// of execution alone.
GraphBuilder with_condition(const std::string& predicate) {
  GraphBuilder b = with_input();
  b.node("cond/Switch", "Switch", {predicate, predicate});
  b.node("cond/switch_t", "Identity", {"cond/Switch:1"});
  b.node("cond/switch_f", "Identity", {"cond/Switch"});
  b.node("cond/pred_id", "Identity", {predicate});
  b.node("cond/add/Switch", "Switch", {"input", "cond/pred_id"});
  b.floats("cond/add/y", {}, {1});
  b.def.mutable_node()->rbegin()->add_input("^cond/switch_t");
  b.node("cond/add", "Add", {"cond/add/Switch:1", "cond/add/y"});
  b.node("cond/mul/Switch", "Switch", {"input", "cond/pred_id"});
  b.floats("cond/mul/y", {}, {10});
  b.def.mutable_node()->rbegin()->add_input("^cond/switch_f");
  b.node("cond/mul", "Mul", {"cond/mul/Switch", "cond/mul/y"});
  b.node("cond/Merge", "Merge", {"cond/mul", "cond/add"});
  b.node("out", "Relu", {"cond/Merge"});
  return b;
}

TEST(Branches, TakeTheSideOfInference) {
  GraphBuilder b = with_condition("is_training");
  b.node("is_training", "Placeholder", {}).type("dtype", DataType::DT_BOOL);
  EXPECT_THAT(evaluate(b), ElementsAre(10, 20));
}

TEST(Branches, KnowPredicatesByNameValueAndLogic) {
  const auto side = [](const std::string& name, const std::string& op,
                       const std::vector<std::string>& inputs) {
    GraphBuilder b = with_condition(name);
    boolean(b, "yes", true);
    boolean(b, "no", false);
    b.node("unknown", "Placeholder", {}).type("dtype", DataType::DT_BOOL);
    if (name != "yes" && name != "no") {
      b.node(name, op, inputs).type("dtype", DataType::DT_BOOL);
    }
    return evaluate(b)[0] == 2;
  };
  EXPECT_TRUE(side("yes", "", {}));
  EXPECT_FALSE(side("no", "", {}));
  EXPECT_FALSE(side("phase_train", "Placeholder", {}));
  EXPECT_FALSE(side("keras_learning_phase", "PlaceholderWithDefault", {"yes"}));
  EXPECT_TRUE(side("is_inference", "Placeholder", {}));
  EXPECT_TRUE(side("use_it", "PlaceholderWithDefault", {"yes"}));
  EXPECT_FALSE(side("turned", "LogicalNot", {"yes"}));
  EXPECT_FALSE(side("cast", "Cast", {"no"}));
  EXPECT_FALSE(side("both", "LogicalAnd", {"unknown", "no"}));
  EXPECT_TRUE(side("either", "LogicalOr", {"yes", "unknown"}));
}

// Dead code that hangs on a constant: the branch that is not taken has no Switch of its own.
TEST(Branches, FollowOrdersOfExecution) {
  GraphBuilder b = with_input();
  b.node("is_training", "Placeholder", {}).type("dtype", DataType::DT_BOOL);
  b.node("cond/Switch", "Switch", {"is_training", "is_training"});
  b.node("cond/switch_t", "Identity", {"cond/Switch:1"});
  b.node("cond/switch_f", "Identity", {"cond/Switch"});
  b.floats("cond/Const", {}, {3});
  b.def.mutable_node()->rbegin()->add_input("^cond/switch_t");
  b.floats("cond/Const_1", {}, {5});
  b.def.mutable_node()->rbegin()->add_input("^cond/switch_f");
  b.node("cond/Merge", "Merge", {"cond/Const_1", "cond/Const"});
  b.node("out", "Mul", {"input", "cond/Merge"});
  EXPECT_THAT(evaluate(b), ElementsAre(5, 10));
}

TEST(Branches, AreRefusedWhereNothingIsKnown) {
  GraphBuilder b = with_condition("flag");
  b.node("flag", "Placeholder", {}).type("dtype", DataType::DT_BOOL);
  EXPECT_EQ(errors_of(import(b.def, {.output_nodes = {"out"}})),
            "graph.pb: node 'cond/mul/Switch': branches on 'cond/pred_id', of which slimc does not "
            "know whether it holds at inference: it is neither a constant nor named like "
            "is_training or is_inference\n"
            "graph.pb: node 'cond/add/Switch': branches on 'cond/pred_id', of which slimc does not "
            "know whether it holds at inference: it is neither a constant nor named like "
            "is_training or is_inference\n"
            "graph.pb: node 'cond/Merge': joins the branches of a condition that slimc does not "
            "know the value of at inference");
}

// ---- batch norm

using Variables = std::map<std::string, std::vector<float>>;

class TrainedBatchNorm : public ::testing::Test {
 protected:
  // Variables with their reads, as TensorFlow 1 has them.
  void add_variables(const std::string& scope) {
    for (const auto& [name, values] : Variables{{"gamma", {2, 3}},
                                                {"beta", {0.5, 0}},
                                                {"moving_mean", {1, 1}},
                                                {"moving_variance", {3, 8}}}) {
      b_.variable(scope + name, {2});
      b_.node(scope + name + "/read", "Identity", {scope + name}).type("T", DataType::DT_FLOAT);
      tensors_[scope + name] = testing::tensor(Shape{2}, values);
    }
  }

  NodeBuilder add_fused(const std::string& op) {
    b_.floats("bn/Const", {0}, {});
    b_.floats("bn/Const_1", {0}, {});
    return b_
        .node("bn/FusedBatchNorm", op,
              {"input", "bn/gamma/read", "bn/beta/read", "bn/Const", "bn/Const_1"})
        .flag("is_training", true)
        .number("epsilon", 1);
  }

  Result<Graph> load(const std::string& output = "out") {
    folder_.write_text("net.pbtxt", b_.def);
    folder_.write_checkpoint("net.ckpt", tensors_);
    SilentReporter reporter;
    return load_model({.model = folder_.path("net.pbtxt"),
                       .checkpoint = folder_.path("net.ckpt"),
                       .output_nodes = {output}},
                      reporter);
  }

  GraphBuilder b_ = with_input({1, 1, 2, 2});
  testing::Tensors tensors_;
  testing::ModelFolder folder_;
};

TEST_F(TrainedBatchNorm, FindsItsAveragesByTheirUpdates) {
  for (const std::string op : {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"}) {
    b_ = with_input({1, 1, 2, 2});
    add_variables("bn/");
    add_fused(op);
    // Names tell nothing here, and there is another variable where one would look.
    for (auto& node : *b_.def.mutable_node()) {
      for (std::string& input : *node.mutable_input()) {
        if (input == "bn/moving_mean") input = "average_1";
        if (input == "bn/moving_variance") input = "average_2";
      }
    }
    for (const int i : {1, 2}) {
      const std::string average = "average_" + std::to_string(i);
      const std::string update = "update_" + std::to_string(i);
      b_.variable(average, {2});
      b_.node(average + "/read", "Identity", {average});
      tensors_[average] = tensors_.at(i == 1 ? "bn/moving_mean" : "bn/moving_variance");
      b_.floats(update + "/decay", {}, {0.1f});
      b_.node(update + "/sub", "Sub",
              {average + "/read", "bn/FusedBatchNorm:" + std::to_string(i)});
      b_.node(update + "/mul", "Mul", {update + "/sub", update + "/decay"});
      b_.node(update, "AssignSub", {average, update + "/mul"});
    }
    b_.node("out", "Relu", {"bn/FusedBatchNorm"});
    EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3)) << op;
  }
}

TEST_F(TrainedBatchNorm, FindsAveragesOfResources) {
  b_.node("bn/gamma", "VarHandleOp", {}).type("dtype", DataType::DT_FLOAT).shape("shape", {2});
  b_.node("bn/beta", "VarHandleOp", {}).type("dtype", DataType::DT_FLOAT).shape("shape", {2});
  b_.node("a", "VarHandleOp", {}).type("dtype", DataType::DT_FLOAT).shape("shape", {2});
  b_.node("b", "VarHandleOp", {}).type("dtype", DataType::DT_FLOAT).shape("shape", {2});
  for (const std::string name : {"bn/gamma", "bn/beta"}) {
    b_.node(name + "/read", "ReadVariableOp", {name});
  }
  add_fused("FusedBatchNormV3");
  for (const std::string name : {"a", "b"}) {
    const std::string update = "bn/AssignMovingAvg_" + name;
    b_.node(update + "/ReadVariableOp", "ReadVariableOp", {name});
    b_.node(
        update + "/sub", "Sub",
        {update + "/ReadVariableOp", "bn/FusedBatchNorm:" + std::string(name == "a" ? "1" : "2")});
    b_.floats(update + "/decay", {}, {0.01f});
    b_.node(update + "/mul", "Mul", {update + "/sub", update + "/decay"});
    b_.node(update + "/AssignSubVariableOp", "AssignSubVariableOp", {name, update + "/mul"});
  }
  tensors_ = {{"bn/gamma", testing::tensor(Shape{2}, {2, 3})},
              {"bn/beta", testing::tensor(Shape{2}, {0.5, 0})},
              {"a", testing::tensor(Shape{2}, {1, 1})},
              {"b", testing::tensor(Shape{2}, {3, 8})}};
  b_.node("out", "Relu", {"bn/FusedBatchNorm"});
  EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3));
}

// average = average * decay + statistic * (1 - decay), as tutorials write it.
TEST_F(TrainedBatchNorm, FindsAveragesThatAreAssigned) {
  add_variables("bn/");
  add_fused("FusedBatchNorm");
  for (const int i : {1, 2}) {
    const std::string average = i == 1 ? "pop_mean" : "pop_var";
    b_.variable(average, {2});
    b_.node(average + "/read", "Identity", {average});
    tensors_[average] = tensors_.at(i == 1 ? "bn/moving_mean" : "bn/moving_variance");
    b_.floats(average + "/decay", {}, {0.9f});
    b_.floats(average + "/rest", {}, {0.1f});
    b_.node(average + "/mul", "Mul", {average + "/read", average + "/decay"});
    b_.node(average + "/mul_1", "Mul",
            {"bn/FusedBatchNorm:" + std::to_string(i), average + "/rest"});
    b_.node(average + "/add", "Add", {average + "/mul", average + "/mul_1"});
    b_.node(average + "/Assign", "Assign", {average, average + "/add"});
  }
  tensors_["bn/moving_mean"] = testing::tensor(Shape{2}, {9, 9});
  b_.node("out", "Relu", {"bn/FusedBatchNorm"});
  EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3));
}

TEST_F(TrainedBatchNorm, FindsItsAveragesByName) {
  add_variables("bn/");
  add_fused("FusedBatchNorm");
  b_.node("out", "Relu", {"bn/FusedBatchNorm"});
  EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3));
}

// TensorFlow 2 hands them in.
TEST_F(TrainedBatchNorm, FindsItsAveragesAmongItsInputs) {
  add_variables("bn/");
  add_fused("FusedBatchNormV3").number("exponential_avg_factor", 0.01f);
  auto& node = *b_.def.mutable_node()->rbegin();
  node.set_input(3, "bn/moving_mean/read");
  node.set_input(4, "bn/moving_variance/read");
  b_.node("out", "Relu", {"bn/FusedBatchNorm"});
  EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3));
}

// Slim's batch norm before it used the fused op, and its tf.nn.moments().
TEST_F(TrainedBatchNorm, WrittenOut) {
  add_variables("bn/");
  b_.integers("bn/moments/mean/reduction_indices", {3}, {0, 1, 2});
  b_.node("bn/moments/mean", "Mean", {"input", "bn/moments/mean/reduction_indices"})
      .flag("keep_dims", true);
  b_.node("bn/moments/StopGradient", "StopGradient", {"bn/moments/mean"});
  b_.node("bn/moments/SquaredDifference", "SquaredDifference",
          {"input", "bn/moments/StopGradient"});
  b_.node("bn/moments/variance", "Mean",
          {"bn/moments/SquaredDifference", "bn/moments/mean/reduction_indices"})
      .flag("keep_dims", true);
  b_.node("bn/moments/Squeeze", "Squeeze", {"bn/moments/mean"}).list("squeeze_dims", {0, 1, 2});
  b_.node("bn/moments/Squeeze_1", "Squeeze", {"bn/moments/variance"})
      .list("squeeze_dims", {0, 1, 2});
  for (const std::string name : {"mean", "variance"}) {
    const std::string update = "bn/AssignMovingAvg_" + name;
    b_.floats(update + "/decay", {}, {0.001f});
    b_.node(update + "/sub", "Sub",
            {"bn/moving_" + name + "/read",
             name == "mean" ? "bn/moments/Squeeze" : "bn/moments/Squeeze_1"});
    b_.node(update + "/mul", "Mul", {update + "/sub", update + "/decay"});
    b_.node(update, "AssignSub", {"bn/moving_" + name, update + "/mul"});
  }
  b_.floats("bn/batchnorm/add/y", {}, {1});
  b_.node("bn/batchnorm/add", "Add", {"bn/moments/Squeeze_1", "bn/batchnorm/add/y"});
  b_.node("bn/batchnorm/Rsqrt", "Rsqrt", {"bn/batchnorm/add"});
  b_.node("bn/batchnorm/mul", "Mul", {"bn/batchnorm/Rsqrt", "bn/gamma/read"});
  b_.node("bn/batchnorm/mul_1", "Mul", {"input", "bn/batchnorm/mul"});
  b_.node("bn/batchnorm/mul_2", "Mul", {"bn/moments/Squeeze", "bn/batchnorm/mul"});
  b_.node("bn/batchnorm/sub", "Sub", {"bn/beta/read", "bn/batchnorm/mul_2"});
  b_.node("bn/batchnorm/add_1", "Add", {"bn/batchnorm/mul_1", "bn/batchnorm/sub"});
  b_.node("out", "Relu", {"bn/batchnorm/add_1"});
  EXPECT_THAT(evaluate(load()), ElementsAre(0.5, 1, 2.5, 3));
}

TEST(StoredVariables, RawOrAverages) {
  GraphBuilder b = with_input();
  for (const std::string name : {"a", "bn/moving_mean"}) b.variable(name, {2});
  b.node("sum", "Add", {"input", "a"});
  b.node("out", "Sub", {"sum", "bn/moving_mean"});
  testing::ModelFolder folder;
  folder.write_text("net.pbtxt", b.def);
  const auto load = [&](StoredVariables variables) {
    SilentReporter reporter;
    return load_model({.model = folder.path("net.pbtxt"),
                       .checkpoint = folder.path("net.ckpt"),
                       .variables = variables},
                      reporter);
  };
  testing::Tensors tensors = {{"a", testing::tensor(Shape{2}, {10, 20})},
                              {"a/ExponentialMovingAverage", testing::tensor(Shape{2}, {100, 200})},
                              {"bn/moving_mean", testing::tensor(Shape{2}, {1, 2})}};
  folder.write_checkpoint("net.ckpt", tensors);
  EXPECT_THAT(evaluate(load(StoredVariables::Graph)), ElementsAre(10, 20));
  EXPECT_THAT(evaluate(load(StoredVariables::Raw)), ElementsAre(10, 20));
  EXPECT_THAT(evaluate(load(StoredVariables::Ema)), ElementsAre(100, 200));
  tensors.erase("a/ExponentialMovingAverage");
  tensors["other/ExponentialMovingAverage"] = tensors.at("a");
  folder.write_checkpoint("net.ckpt", tensors);
  EXPECT_THAT(folder.without_folder(errors_of(load(StoredVariables::Ema))),
              "net.ckpt.index: has no moving averages: --variables ema looked for the 2 variables' "
              "under names like 'a/ExponentialMovingAverage'");
}

TEST(BatchStatistics, AreRefusedWithoutAnAverage) {
  GraphBuilder b = with_input();
  b.integers("axes", {3}, {0, 1, 2});
  b.node("mean", "Mean", {"input", "axes"});
  b.node("out", "Sub", {"input", "mean"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'mean': reduces batch, height and width, [0,1,2], as batch norm does "
            "in training, and no moving average of it was found; export the graph for evaluation "
            "(is_training=False)");
}

// ---- functions

tensorflow::NodeDef& body_node(FunctionDef& function, const std::string& name,
                               const std::string& op, const std::vector<std::string>& inputs) {
  tensorflow::NodeDef& node = *function.add_node_def();
  node.set_name(name);
  node.set_op(op);
  for (const std::string& input : inputs) node.add_input(input);
  return node;
}

FunctionDef& add_function(GraphDef& def, const std::string& name,
                          const std::vector<std::string>& arguments,
                          const std::vector<std::pair<std::string, std::string>>& results) {
  FunctionDef& function = *def.mutable_library()->add_function();
  function.mutable_signature()->set_name(name);
  for (const std::string& argument : arguments) {
    function.mutable_signature()->add_input_arg()->set_name(argument);
  }
  for (const auto& [result, value] : results) {
    function.mutable_signature()->add_output_arg()->set_name(result);
    (*function.mutable_ret())[result] = value;
  }
  return function;
}

NodeBuilder call(GraphBuilder& b, const std::string& name, const std::string& function,
                 const std::vector<std::string>& inputs,
                 const std::string& op = "StatefulPartitionedCall") {
  NodeBuilder node = b.node(name, op, inputs);
  node.attr("f").mutable_func()->set_name(function);
  return node;
}

TEST(Functions, TakeTheirCallsPlace) {
  GraphBuilder b = with_input();
  FunctionDef& inner = add_function(b.def, "double", {"x"}, {{"y", "sum:z:0"}});
  body_node(inner, "sum", "AddV2", {"x", "x"});
  FunctionDef& outer =
      add_function(b.def, "both", {"image"}, {{"first", "call:y:0"}, {"second", "image"}});
  body_node(outer, "call", "double", {"image"});  // by name
  call(b, "serving", "both", {"input"});
  b.node("out", "AddV2", {"serving", "serving:1"});
  EXPECT_THAT(evaluate(b), ElementsAre(3, 6));
  // A signature names the call's results.
  EXPECT_THAT(evaluate(b, "serving"), ElementsAre(2, 4));
  EXPECT_EQ(errors_of(import(b.def, {.output_nodes = {"serving:1"}})),
            "graph.pb: the output 'serving:1' is the network's input; --output-node names what is "
            "computed of it");
}

// What a body computes and its caller does not give on is no result, however deep the calls are.
TEST(Functions, GiveTheResultsThatTheGraphLeavesUnread) {
  GraphBuilder b = with_input();
  FunctionDef& inner =
      add_function(b.def, "inner", {"x"}, {{"y", "sum:z:0"}, {"z", "relu:activations:0"}});
  body_node(inner, "sum", "AddV2", {"x", "x"});
  body_node(inner, "relu", "Relu", {"x"});
  body_node(inner, "unused", "Relu6", {"x"});
  FunctionDef& outer =
      add_function(b.def, "outer", {"x"}, {{"y", "call:y:0"}, {"z", "call:z:0"}, {"u", "other:y"}});
  body_node(outer, "call", "inner", {"x"});
  body_node(outer, "other", "inner", {"x"});

  GraphBuilder unread = b;
  call(unread, "serving", "outer", {"input"});
  EXPECT_EQ(
      errors_of(import(unread.def)),
      "graph.pb: has 3 results; --output-node names the network's, and may be given more than "
      "once: 'serving/call/sum' (AddV2, [1,1,1,2]), 'serving/call/relu' (Relu, [1,1,1,2]), "
      "'serving/other/sum' (AddV2, [1,1,1,2])");
  call(b, "serving", "outer", {"input"});
  b.node("out", "Relu6", {"serving:0"});
  const auto no_checkpoint = [](int) -> Result<Checkpoint> { return fail({.message = "none"}); };
  slimc::testing::Warnings warnings;
  const auto graph = import_graph(b.def, "graph.pb", {}, no_checkpoint, warnings);
  ASSERT_TRUE(graph) << graph.error().to_string();
  ASSERT_EQ(graph->outputs.size(), 1u);
  EXPECT_EQ(graph->outputs.front().name, "out");
  EXPECT_EQ(warnings.text,
            "graph.pb: left out, because no caller of the function that computes it gets it: "
            "'serving/call/relu' (Relu), 'serving/call/unused' (Relu6), 'serving/other/sum' "
            "(AddV2), 'serving/other/relu' (Relu), 'serving/other/unused' (Relu6); --output-node "
            "names what is wanted\n");
}

// Outputs go by name in functions: FusedBatchNormV3's y is "bn:y:0".
TEST(Functions, NameOutputs) {
  GraphBuilder b = with_input({1, 1, 2, 2});
  b.floats("gamma", {2}, {2, 3});
  b.floats("beta", {2}, {0.5, 0});
  b.floats("mean", {2}, {1, 1});
  b.floats("variance", {2}, {3, 8});
  FunctionDef& f = add_function(b.def, "f", {"x", "g", "b", "m", "v"}, {{"y", "relu:features:0"}});
  auto& norm = body_node(f, "bn", "FusedBatchNormV3", {"x", "g", "b", "m", "v"});
  (*norm.mutable_attr())["is_training"].set_b(false);
  (*norm.mutable_attr())["epsilon"].set_placeholder("chosen");
  body_node(f, "relu", "Relu", {"bn:y:0"});
  call(b, "out", "f", {"input", "gamma", "beta", "mean", "variance"}, "PartitionedCall")
      .number("chosen", 1);
  EXPECT_THAT(evaluate(b), ElementsAre(0.5, 1, 2.5, 3));
}

TEST(Functions, AreBranches) {
  for (const bool training : {false, true}) {
    GraphBuilder b = with_input();
    boolean(b, "training", training);
    body_node(add_function(b.def, "then", {"x"}, {{"y", "sum:z:0"}}), "sum", "AddV2", {"x", "x"});
    body_node(add_function(b.def, "else", {"x"}, {{"y", "same:output:0"}}), "same", "Identity",
              {"x"});
    NodeBuilder node = b.node("cond", "StatelessIf", {"training", "input"});
    node.attr("then_branch").mutable_func()->set_name("then");
    node.attr("else_branch").mutable_func()->set_name("else");
    b.node("out", "Relu", {"cond"});
    EXPECT_EQ(evaluate(b), (training ? std::vector<double>{2, 4} : std::vector<double>{1, 2}));
  }
}

// What a SavedModel of TensorFlow 2 is: the network in a function that is handed its variables, and
// another function that restores them.
TEST(Functions, RestoreVariables) {
  GraphBuilder b = with_input();
  b.node("factor", "VarHandleOp", {})
      .type("dtype", DataType::DT_FLOAT)
      .shape("shape", {2})
      .text("shared_name", "factor");
  FunctionDef& serve = add_function(b.def, "serve", {"x", "resource"}, {{"y", "mul:z:0"}});
  body_node(serve, "mul/ReadVariableOp", "ReadVariableOp", {"resource"});
  body_node(serve, "mul", "Mul", {"x", "mul/ReadVariableOp:value:0"});
  GraphBuilder restore;
  restore.strings("RestoreV2/tensor_names", {"layer/factor/.ATTRIBUTES/VARIABLE_VALUE"});
  restore.strings("RestoreV2/shape_and_slices", {""});
  FunctionDef& load = add_function(b.def, "restore", {"file_prefix", "assignvariableop_factor"},
                                   {{"identity_1", "Identity_1:output:0"}});
  for (const auto& node : restore.def.node()) *load.add_node_def() = node;
  body_node(
      load, "RestoreV2", "RestoreV2",
      {"file_prefix", "RestoreV2/tensor_names:output:0", "RestoreV2/shape_and_slices:output:0"});
  body_node(load, "Identity", "Identity", {"RestoreV2:tensors:0"});
  body_node(load, "AssignVariableOp", "AssignVariableOp",
            {"assignvariableop_factor", "Identity:output:0"});
  body_node(load, "Identity_1", "Identity", {"file_prefix", "^AssignVariableOp"});
  b.node("saver_filename", "Placeholder", {}).type("dtype", DataType::DT_STRING);
  call(b, "StatefulPartitionedCall_1", "restore", {"saver_filename", "factor"});
  call(b, "StatefulPartitionedCall", "serve", {"input", "factor"});

  testing::ModelFolder folder;
  folder.write_text("net.pbtxt", b.def);
  folder.write_checkpoint(
      "net.ckpt", {{"layer/factor/.ATTRIBUTES/VARIABLE_VALUE", testing::tensor(Shape{2}, {3, 4})}});
  SilentReporter reporter;
  const auto graph = load_model({.model = folder.path("net.pbtxt"),
                                 .checkpoint = folder.path("net.ckpt"),
                                 .output_nodes = {"StatefulPartitionedCall"}},
                                reporter);
  EXPECT_THAT(evaluate(graph), ElementsAre(3, 8));
}

TEST(Functions, MustBeThereAndFit) {
  GraphBuilder b = with_input();
  add_function(b.def, "f", {"x"}, {{"y", "x"}});
  GraphBuilder missing = b;
  call(missing, "out", "g", {"input"});
  EXPECT_EQ(errors_of(import(missing.def)),
            "graph.pb: node 'out': calls the function 'g', which is not in the graph's function "
            "library");
  GraphBuilder wrong = b;
  call(wrong, "out", "f", {"input", "input"});
  EXPECT_EQ(errors_of(import(wrong.def)),
            "graph.pb: node 'out': calls the function 'f' with 2 arguments; it has 1");
  GraphBuilder silent = b;
  silent.def.mutable_library()->mutable_function(0)->clear_ret();
  call(silent, "out", "f", {"input"});
  EXPECT_EQ(errors_of(import(silent.def)),
            "graph.pb: node 'out': calls the function 'f', which says nothing of its result 'y'");
}

TEST(Functions, MustNotCallThemselves) {
  GraphBuilder b = with_input();
  FunctionDef& f = add_function(b.def, "f", {"x"}, {{"y", "call:y:0"}});
  body_node(f, "call", "g", {"x"});
  FunctionDef& g = add_function(b.def, "g", {"x"}, {{"y", "call:y:0"}});
  body_node(g, "call", "f", {"x"});
  call(b, "out", "f", {"input"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'out/call/call': calls the function 'f', which is being called "
            "already: it calls itself");
}

// Each function calls the next one twice.
TEST(Functions, MustNotGrowWithoutEnd) {
  GraphBuilder b = with_input();
  for (int i = 0; i < 60; ++i) {
    FunctionDef& f = add_function(b.def, "f" + std::to_string(i), {"x"}, {{"y", "second:y:0"}});
    const std::string next = "f" + std::to_string(i + 1);
    body_node(f, "first", next, {"x"});
    body_node(f, "second", next, {"first:y:0"});
  }
  add_function(b.def, "f60", {"x"}, {{"y", "x"}});
  call(b, "out", "f0", {"input"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: grows to more than 262144 nodes or 256 MiB when the functions that it calls "
            "are put in their calls' place");
}

TEST(Functions, MustNotNestWithoutEnd) {
  GraphBuilder b = with_input();
  for (int i = 0; i < 70; ++i) {
    FunctionDef& f = add_function(b.def, "f" + std::to_string(i), {"x"}, {{"y", "call:y:0"}});
    body_node(f, "call", "f" + std::to_string(i + 1), {"x"});
  }
  add_function(b.def, "f70", {"x"}, {{"y", "x"}});
  call(b, "out", "f0", {"input"});
  EXPECT_THAT(
      errors_of(import(b.def)),
      ::testing::HasSubstr("calls the function 'f64' 65 calls deep; slimc follows up to 64"));
}

// ---- where a training graph begins and ends

// Queue, convolution, loss, gradients; nothing has slim's names.
GraphBuilder training(std::int64_t channels = 1) {
  GraphBuilder b;
  NodeBuilder queue = b.node("batch/fifo_queue", "FIFOQueueV2", {});
  auto& shapes = *queue.attr("shapes").mutable_list();
  for (const std::int64_t size : {4, 4, 1}) {
    if (shapes.shape_size() == 0) shapes.add_shape();
    shapes.mutable_shape(0)->add_dim()->set_size(size);
  }
  shapes.add_shape();
  b.integers("batch/n", {}, {32});
  b.node("batch", "QueueDequeueManyV2", {"batch/fifo_queue", "batch/n"});
  b.floats("weights", {1, 1, channels, 2}, {1, 2});
  b.conv2d("conv", "batch", "weights");
  b.node("probabilities", "Softmax", {"conv"});
  b.node("loss", "SparseSoftmaxCrossEntropyWithLogits", {"conv", "batch:1"});
  b.node("gradients/grad", "Mul", {"loss:1", "conv"});
  b.node("train", "ApplyGradientDescent", {"weights", "gradients/grad"});
  return b;
}

std::string endpoints(const GraphBuilder& builder, const ModelRequest& request = {}) {
  const auto graph = import(builder.def, request);
  if (!graph) return errors_of(graph);
  return graph->op(graph->input).name + " " + graph->op(graph->input).shape.to_string() + " -> " +
         graph->op(graph->output()).name;
}

TEST(TrainingEndpoints, QueueAndProbabilities) {
  EXPECT_EQ(endpoints(training()), "batch [1,4,4,1] -> probabilities");
  EXPECT_EQ(endpoints(training(), {.batch = 3}), "batch [3,4,4,1] -> probabilities");
  EXPECT_EQ(endpoints(training(), {.resolution = {{8, 8}}}),
            "graph.pb: node 'batch': the model fixes the input at 4x4; --resolution asks for 8x8");
}

TEST(TrainingEndpoints, LogitsOfTheLoss) {
  GraphBuilder b = training();
  for (auto& node : *b.def.mutable_node()) {
    if (node.name() == "probabilities") node.set_op("HistogramSummary");
  }
  EXPECT_EQ(endpoints(b), "batch [1,4,4,1] -> conv");
  // What slimc cannot compute is a result all the same.
  for (auto& node : *b.def.mutable_node()) {
    if (node.name() == "probabilities") node.set_op("Betainc");
  }
  EXPECT_EQ(endpoints(b), "graph.pb: node 'probabilities': op Betainc is not supported");
}

TEST(TrainingEndpoints, UsualSizeWhereNothingIsSaid) {
  GraphBuilder b = training(3);
  b.def.mutable_node(0)->clear_attr();
  EXPECT_EQ(endpoints(b), "batch [1,224,224,3] -> probabilities");
}

TEST(TrainingEndpoints, TheImageMayBeASecondOutput) {
  GraphBuilder b = training();
  for (auto& node : *b.def.mutable_node()) {
    if (node.name() == "conv") node.set_input(0, "next:1");
  }
  NodeBuilder next = b.node("next", "IteratorGetNext", {"iterator"});
  auto& shapes = *next.attr("output_shapes").mutable_list();
  shapes.add_shape();
  for (const std::int64_t size : {-1, 6, 5, 1}) {
    if (shapes.shape_size() == 1) shapes.add_shape();
    shapes.mutable_shape(1)->add_dim()->set_size(size);
  }
  EXPECT_EQ(endpoints(b, {.batch = 2}), "next [2,6,5,1] -> probabilities");
  b.node("wrong", "Relu", {"next"});
  b.node("sum", "Add", {"probabilities", "wrong"});
  EXPECT_EQ(endpoints(b, {.output_nodes = {"sum"}}),
            "graph.pb: node 'wrong': reads output 0 of 'next', of which output 1 is the network's "
            "input");
}

class Recorder final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { warnings += diagnostic.to_string(); }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string& line) override { details += line + "\n"; }
  std::string warnings, details;
};

TEST(TrainingEndpoints, AreTold) {
  const auto no_checkpoint = [](int) -> Result<Checkpoint> { return fail({.message = "none"}); };
  Recorder usual;
  ASSERT_TRUE(import_graph(training().def, "graph.pb", {}, no_checkpoint, usual));
  EXPECT_EQ(usual.warnings,
            "graph.pb: left out, with what depends on it, as losses, summaries, metrics or "
            "gradients: 'loss' (SparseSoftmaxCrossEntropyWithLogits)");
  EXPECT_THAT(usual.details,
              ::testing::HasSubstr(
                  "graph.pb: the image enters the network at 'batch', in front of the first "
                  "convolution; what the graph does in front of it is left out\n"));

  GraphBuilder b;
  b.node("bytes", "Placeholder", {}).type("dtype", DataType::DT_STRING);
  b.node("decoded", "DecodeJpeg", {"bytes"});
  b.node("image", "Sub", {"decoded", "mean"});
  b.floats("weights", {1, 1, 3, 2}, {1, 2});
  b.conv2d("conv", "image", "weights");
  Recorder unusual;
  ASSERT_TRUE(import_graph(b.def, "graph.pb", {.output_nodes = {"conv"}}, no_checkpoint, unusual)
                  .has_value());
  EXPECT_EQ(unusual.warnings,
            "graph.pb: the image enters the network at 'image', in front of the first convolution; "
            "what the graph does in front of it is left out; its size is assumed to be 224x224 "
            "(--resolution sets it); --input-node names another node");
}

// Somebody's own head on slim's pool is the network; without one, the pool is.
TEST(TrainingEndpoints, ThePoolIsAnOutputWhereNothingFollows) {
  GraphBuilder b = with_input({1, 4, 4, 2});
  b.integers("axes", {2}, {1, 2});
  b.node("MobilenetV1/Logits/global_pool", "Mean", {"input", "axes"}).flag("keep_dims", true);
  b.node("summary", "HistogramSummary", {"MobilenetV1/Logits/global_pool"});
  EXPECT_EQ(endpoints(b), "input [1,4,4,2] -> MobilenetV1/Logits/global_pool");
  b.node("final_result", "Softmax", {"MobilenetV1/Logits/global_pool"});
  EXPECT_EQ(endpoints(b), "input [1,4,4,2] -> final_result");
}

// A loop of an input pipeline is no cycle of the network.
TEST(TrainingEndpoints, NothingInFrontOfTheInputMatters) {
  GraphBuilder b = training(3);
  for (auto& node : *b.def.mutable_node()) {
    if (node.name() == "batch") node.set_input(0, "while/Merge");
  }
  b.node("while/Merge", "Merge", {"while/Enter", "while/NextIteration"});
  b.node("while/NextIteration", "NextIteration", {"while/Merge"});
  EXPECT_EQ(endpoints(b), "batch [1,224,224,3] -> probabilities");
}

TEST(Graphs, HaveALimitOfRepeatedValues) {
  GraphBuilder b = with_input();
  std::string sum = "input";
  for (int i = 0; i < 5; ++i) {
    const std::string name = "c" + std::to_string(i);
    b.floats(name, {1 << 20, 1, 1, 2}, {1});
    b.node("max" + name, "Maximum", {sum, name});
    sum = "max" + name;
  }
  EXPECT_EQ(errors_of(import(b.def, {.output_nodes = {sum}})),
            "graph.pb: node 'c2': has 2097151 elements that the file has no values for; with the "
            "constants in front of it, that is more than the 4194304 that slimc fills in\n"
            "graph.pb: node 'c3': has 2097151 elements that the file has no values for; with the "
            "constants in front of it, that is more than the 4194304 that slimc fills in\n"
            "graph.pb: node 'c4': has 2097151 elements that the file has no values for; with the "
            "constants in front of it, that is more than the 4194304 that slimc fills in");
}

// 2^60 elements by broadcasting, 2^80 with one more.
TEST(Graphs, DoNotGrowTensors) {
  GraphBuilder b = with_input();
  b.floats("n", {1 << 20, 1, 1, 1}, {1});
  b.floats("h", {1, 1 << 20, 1, 1}, {1});
  b.floats("w", {1, 1, 1 << 20, 1}, {1});
  b.node("nh", "Add", {"n", "h"});
  b.node("nhw", "Add", {"nh", "w"});
  b.node("out", "Add", {"input", "nhw"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'nh': its result has the shape [1048576,1048576,1,1], which is more "
            "than the 268435456 elements that slimc takes");
}

TEST(Graphs, TakeFewIntegers) {
  GraphBuilder b = with_input();
  b.integers("shape", {4097}, {1});
  b.node("out", "Reshape", {"input", "shape"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'shape': has 4097 integers; slimc takes up to 4096 (shapes, axes, "
            "paddings)");
}

// Each doubles the one before.
TEST(Graphs, DoNotGrowIntegers) {
  GraphBuilder b = with_input();
  b.integers("axis", {}, {0});
  b.integers("v0", {2}, {1});
  for (int i = 0; i < 40; ++i) {
    const std::string last = "v" + std::to_string(i);
    b.node("v" + std::to_string(i + 1), "ConcatV2", {last, last, "axis"});
  }
  b.node("out", "Reshape", {"input", "v40"});
  EXPECT_EQ(errors_of(import(b.def)),
            "graph.pb: node 'v12': makes 8192 integers or more; slimc takes up to 4096 (shapes, "
            "axes, paddings)");
}

}  // namespace
}  // namespace slimc::frontend
