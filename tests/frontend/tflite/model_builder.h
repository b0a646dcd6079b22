// Small TFLite models, written by flatc's own writer of the schema. That the schema is TFLite's is
// for real_model_test.cc to show.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tflite/schema_generated.h"
#include "ir/graph.h"
#include "support/result.h"
#include "tests/common/warnings.h"

namespace slimc::frontend::testing {

namespace schema = tflite::schema;

class ModelBuilder {
 public:
  ModelBuilder();

  // The tensor's number. Of `type` FLOAT32 if nothing else is said.
  int tensor(const std::string& name, std::vector<std::int32_t> shape,
             schema::TensorType type = schema::TensorType::FLOAT32);
  int input(const std::string& name, std::vector<std::int32_t> shape);
  int floats(const std::string& name, std::vector<std::int32_t> shape, std::vector<float> values);
  int integers(const std::string& name, std::vector<std::int32_t> values);
  int scalar(const std::string& name, std::int32_t value);
  // Integers of 8 bits that stand for scale * (q - zero_point).
  int quantised(const std::string& name, std::vector<std::int32_t> shape, schema::TensorType type,
                const std::vector<std::int8_t>& values, std::vector<float> scales,
                std::vector<std::int64_t> zero_points = {}, std::int32_t dimension = 0);
  int halves(const std::string& name, std::vector<std::int32_t> shape,
             const std::vector<std::uint16_t>& values);

  // Adds an op and makes its first output the subgraph's.
  schema::OperatorT& op(schema::BuiltinOperator code, std::vector<std::int32_t> inputs,
                        std::vector<std::int32_t> outputs);
  template <typename Options>
  schema::OperatorT& op(schema::BuiltinOperator code, std::vector<std::int32_t> inputs,
                        std::vector<std::int32_t> outputs, Options options) {
    schema::OperatorT& added = op(code, std::move(inputs), std::move(outputs));
    added.builtin_options.Set(std::move(options));
    return added;
  }

  schema::SubGraphT& subgraph() { return *model.subgraphs.front(); }
  schema::TensorT& at(int number) { return *subgraph().tensors[static_cast<std::size_t>(number)]; }

  std::string bytes() const;

  schema::ModelT model;

 private:
  template <typename T>
  int constant(const std::string& name, std::vector<std::int32_t> shape, schema::TensorType type,
               const std::vector<T>& values);
};

using slimc::testing::Warnings;

// Reads the bytes as "net.tflite".
Result<Graph> read(const std::string& bytes, ModelRequest request = {});

// The problems, one a line; empty when all is well.
std::string errors_of(const std::string& bytes, ModelRequest request = {});

}  // namespace slimc::frontend::testing
