// Shapes that a file computes while it runs, because its batch is open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/tflite/model_builder.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
using testing::ModelBuilder;

// An image [?,2,2,3] that is reshaped to [its batch, 12]: SHAPE, STRIDED_SLICE, PACK, RESHAPE.
class OpenBatch : public ::testing::Test {
 protected:
  OpenBatch() {
    image_ = model_.input("image", {1, 2, 2, 3});
    model_.at(image_).shape_signature = {-1, 2, 2, 3};
    shape_ = model_.tensor("shape", {4}, TensorType::INT32);
    batch_ = model_.tensor("batch", {}, TensorType::INT32);
    target_ = model_.tensor("target", {2}, TensorType::INT32);
    out_ = model_.tensor("out", {1, 12});
    zero_ = model_.integers("zero", {0});
    one_ = model_.integers("one", {1});
    rest_ = model_.scalar("rest", 12);
    model_.op(BuiltinOperator::SHAPE, {image_}, {shape_});
    StridedSliceOptionsT slice;
    slice.shrink_axis_mask = 1;
    model_.op(BuiltinOperator::STRIDED_SLICE, {shape_, zero_, one_, one_}, {batch_},
              std::move(slice));
    model_.op(BuiltinOperator::PACK, {batch_, rest_}, {target_}, PackOptionsT());
    model_.op(BuiltinOperator::RESHAPE, {image_, target_}, {out_}, ReshapeOptionsT());
  }

  // The output's shape, or what is wrong.
  std::string found() const {
    const auto graph = testing::read(model_.bytes(), request_);
    return graph ? graph->op(graph->output()).shape.to_string() : graph.error().to_string();
  }
  StridedSliceOptionsT& slice() {
    return *model_.subgraph().operators[1]->builtin_options.AsStridedSliceOptions();
  }

  ModelBuilder model_;
  ModelRequest request_;
  int image_, shape_, batch_, target_, out_, zero_, one_, rest_;
};

TEST_F(OpenBatch, IsTheUsers) {
  EXPECT_EQ(found(), "[1,12]");
  request_.batch = 3;
  EXPECT_EQ(found(), "[3,12]");
}

TEST_F(OpenBatch, LeavesNoOp) {
  const auto graph = testing::read(model_.bytes());
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  EXPECT_EQ(graph->ops().size(), 2u) << print(*graph);
}

TEST_F(OpenBatch, WithAnOpenSize) {
  model_.at(image_).shape_signature = {-1, -1, -1, 3};
  model_.model.buffers[model_.at(rest_).buffer]->data = {60, 0, 0, 0};
  request_.batch = 2;
  request_.resolution = {4, 5};
  EXPECT_EQ(found(), "[2,60]");
}

TEST_F(OpenBatch, ReadsTheShapeOfAConstantToo) {
  model_.subgraph().operators[0]->inputs = {model_.floats("constant", {1, 3}, {1, 2, 3})};
  EXPECT_EQ(found(), "[1,12]");
}

TEST_F(OpenBatch, RefusesOtherSlices) {
  const std::string begin = "net.tflite: op 1 (STRIDED_SLICE) 'batch': ";
  slice().ellipsis_mask = 1;
  EXPECT_EQ(
      found(),
      begin + "slices with an ellipsis, a new axis or an offset, which slimc does not compute");
  slice().ellipsis_mask = 0;
  model_.subgraph().operators[1]->inputs[3] = zero_;
  EXPECT_EQ(found(), begin + "slices with a step below 1, which slimc does not compute");
  model_.subgraph().operators[1]->inputs[3] = model_.integers("two", {1, 1});
  EXPECT_EQ(found(), begin + "its input 3 has 2 integers, expected 1");
  model_.subgraph().operators[1]->inputs = {shape_, rest_, one_, one_};
  EXPECT_EQ(found(), begin + "takes element 12 of a vector of 4");
  model_.subgraph().operators[1]->builtin_options.Reset();
  EXPECT_EQ(found(), begin + "has options of type 0, expected 32 (StridedSliceOptions)");
}

TEST_F(OpenBatch, RefusesIntegersThatAreNotKnown) {
  model_.subgraph().operators[2]->inputs = {image_, rest_};
  EXPECT_EQ(found(),
            "net.tflite: op 2 (PACK) 'target': its input 0 ('image') must be constant integers");
}

TEST_F(OpenBatch, RefusesOtherIntegers) {
  const int more = model_.tensor("more", {}, TensorType::INT32);
  const auto replace = [&](BuiltinOperator code, std::vector<std::int32_t> inputs) {
    model_.op(code, std::move(inputs), {more});
    auto& ops = model_.subgraph().operators;
    std::swap(ops[2], ops.back());
    std::swap(ops[2]->outputs, ops.back()->outputs);
    ops.pop_back();
    model_.subgraph().outputs = {out_};
  };
  replace(BuiltinOperator::TOPK_V2, {shape_, one_});
  EXPECT_EQ(found(), "net.tflite: op 2 (TOPK_V2) 'target': is not supported");
  replace(BuiltinOperator::CAST, {image_});
  EXPECT_EQ(found(),
            "net.tflite: op 2 (CAST) 'target': casts FLOAT32 to INT32, which slimc does not do");
  replace(BuiltinOperator::FLOOR_DIV, {shape_, zero_});
  EXPECT_EQ(found(), "net.tflite: op 2 (FLOOR_DIV) 'target': cannot compute with 1 and 0");
  replace(BuiltinOperator::GATHER, {shape_, rest_});
  EXPECT_EQ(found(), "net.tflite: op 2 (GATHER) 'target': takes element 12 of a vector of 4");
  replace(BuiltinOperator::SLICE, {shape_, one_, rest_});
  EXPECT_EQ(found(),
            "net.tflite: op 2 (SLICE) 'target': takes 12 elements from 1 of a vector of 4");
  replace(BuiltinOperator::EXPAND_DIMS, {shape_, zero_});
  EXPECT_EQ(found(),
            "net.tflite: op 2 (EXPAND_DIMS) 'target': reshapes integers of the shape [4], which "
            "slimc does not compute");
  replace(BuiltinOperator::CONCATENATION, {shape_, batch_});
  EXPECT_EQ(found(), "net.tflite: op 3 (RESHAPE) 'out': gives [1,2,2,3,1]; the file says [1,12]");
}

// The axes of a product of integers do not matter, even if they are the image.
TEST_F(OpenBatch, AsTheResult) {
  const int product = model_.tensor("product", {}, TensorType::INT32);
  model_.op(BuiltinOperator::REDUCE_PROD, {shape_, image_}, {product}, ReducerOptionsT());
  EXPECT_EQ(found(),
            "net.tflite: tensor 'product': is no result of the network: it is known already");
  model_.subgraph().outputs = {shape_};
  EXPECT_EQ(found(),
            "net.tflite: tensor 'shape': is no result of the network: it does not depend on the "
            "input 'image'");
}

// Concatenation of images is an op that slimc does not know.
TEST_F(OpenBatch, RefusesConcatenationOfFloats) {
  const int both = model_.tensor("both", {1, 24});
  model_.op(BuiltinOperator::CONCATENATION, {out_, out_}, {both});
  EXPECT_EQ(found(), "net.tflite: op 4 (CONCATENATION) 'both': is not supported");
}

// A shape that is cast to floats is a constant: a number of pixels to divide by.
TEST_F(OpenBatch, AsFloats) {
  const int number = model_.tensor("number", {});
  const int scaled = model_.tensor("scaled", {1, 12});
  model_.op(BuiltinOperator::CAST, {rest_}, {number});
  model_.op(BuiltinOperator::DIV, {out_, number}, {scaled});
  EXPECT_EQ(found(), "[1,12]");
}

class Moved : public ::testing::Test {
 protected:
  Moved() { image_ = model_.input("image", {1, 2, 3, 1}); }

  std::string found(BuiltinOperator code, std::vector<std::int32_t> numbers) {
    ModelBuilder model;
    const int image = model.input("image", {1, 2, 3, 1});
    const int out = model.tensor("out", {});
    model.op(code, {image, model.integers("numbers", std::move(numbers))}, {out});
    const auto graph = testing::read(model.bytes());
    return graph ? graph->op(graph->output()).shape.to_string() : graph.error().to_string();
  }

  ModelBuilder model_;
  int image_;
};

TEST_F(Moved, ByTranspose) {
  EXPECT_EQ(found(BuiltinOperator::TRANSPOSE, {0, 1, 2, 3}), "[1,2,3,1]");
  EXPECT_EQ(found(BuiltinOperator::TRANSPOSE, {-1, 1, 0, 2}), "[1,2,1,3]");
  const std::string begin = "net.tflite: op 0 (TRANSPOSE) 'out': ";
  EXPECT_EQ(found(BuiltinOperator::TRANSPOSE, {0, 2, 1, 3}),
            begin +
                "transposes [1,2,3,1] by [0,2,1,3], which slimc does only where the elements "
                "stay in their order");
  EXPECT_EQ(found(BuiltinOperator::TRANSPOSE, {0, 1, 2, 2}),
            begin + "its order [0,1,2,2] is none of the 4 dimensions of [1,2,3,1]");
  EXPECT_EQ(found(BuiltinOperator::TRANSPOSE, {0, 1, 2, 4}),
            begin + "its order [0,1,2,4] is none of the 4 dimensions of [1,2,3,1]");
}

TEST_F(Moved, ByExpandDims) {
  EXPECT_EQ(found(BuiltinOperator::EXPAND_DIMS, {1}), "[1,1,2,3,1]");
  EXPECT_EQ(found(BuiltinOperator::EXPAND_DIMS, {-1}), "[1,2,3,1,1]");
  EXPECT_EQ(found(BuiltinOperator::EXPAND_DIMS, {5}),
            "net.tflite: op 0 (EXPAND_DIMS) 'out': expands [1,2,3,1] at [5]");
  EXPECT_EQ(found(BuiltinOperator::EXPAND_DIMS, {1, 2}),
            "net.tflite: op 0 (EXPAND_DIMS) 'out': expands [1,2,3,1] at [1,2]");
}

}  // namespace
}  // namespace slimc::frontend
