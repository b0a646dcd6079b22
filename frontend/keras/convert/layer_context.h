// What a converter sees of the layer that it converts, and what it can do with it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/keras/model_config.h"
#include "frontend/keras/weights.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

struct Extent {
  std::int64_t h = 1, w = 1;
};

// The import of one model under way.
struct KerasImport {
  const WeightSource& weights;
  int version = 0;  // Keras' major version; 0 where the file does not say it
  Graph graph = {};
  // Values that --output-node may name beside layers and ops.
  std::unordered_map<std::string, Value> names = {};
  // Weights that are missing or do not fit. Zeros of the right shape stand for them, so that the
  // layers behind are looked at too; the import fails in the end.
  Diagnostics problems = {};
  std::int64_t zeros = 0;  // that stand for weights
};

class LayerContext {
 public:
  LayerContext(const KerasLayer& layer, KerasImport& import, Value input)
      : layer_(layer), import_(import), graph_(import.graph), input_(input) {}

  Value input() const { return input_; }
  const Shape& shape(Value value) const { return graph_.op(value).shape; }
  const Shape& input_shape() const { return shape(input_); }
  const Tensor& tensor(Value constant) const { return graph_.constant(constant); }
  Result<void> expect_rank(int rank) const;

  const std::string& path() const { return layer_.path; }
  const std::string& class_name() const { return layer_.class_name; }
  const nlohmann::json* call() const { return layer_.call; }
  int version() const { return import_.version; }

  // The layer's config. Null counts as absent, `otherwise` is what stands for it: Keras' default
  // where versions leave it out.
  const nlohmann::json* find(const char* key) const;
  Result<bool> flag(const char* key, bool otherwise) const;
  Result<double> number(const char* key, double otherwise) const;
  Result<std::int64_t> integer(const char* key, std::int64_t otherwise) const;
  Result<std::string> text(const char* key, const std::string& otherwise) const;
  Result<Extent> extent(const char* key, Extent otherwise) const;  // n or [h,w], 1 or more
  Result<void> expect_channels_last() const;

  // "same" or "valid" as numbers.
  Result<Padding> padding(Extent kernel, Extent stride, Extent dilation = {}) const;

  // Adds an op named after the layer, `suffix` behind it.
  Result<Value> emit(OpKind kind, std::vector<Value> inputs, Attributes attributes = {},
                     const std::string& suffix = "");

  // Adds a constant: a weight under any of its names, which should have the shape; or a value.
  Result<Value> weight(const std::vector<std::string>& names, const Shape& expected);
  Value constant(const std::string& suffix, Tensor tensor);
  // A weight that becomes something else before it is added.
  Result<Tensor> read_weight(const std::vector<std::string>& names, const Shape& expected) const;

  // A layer inside this layer's config, which is applied to `value`.
  Result<Value> apply_layer(const std::string& class_name, const nlohmann::json& config,
                            Value value, const std::string& suffix);

  // Makes the value known to --output-node as the layer with `suffix`.
  void name_value(const std::string& suffix, Value value);

  Failure fail(std::string message) const;

 private:
  const KerasLayer& layer_;
  KerasImport& import_;
  Graph& graph_;
  Value input_;
};

}  // namespace slimc::frontend
