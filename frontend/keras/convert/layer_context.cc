#include "frontend/keras/convert/layer_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>
#include "frontend/imported_op.h"

#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

// Larger windows, steps or counts are damage; the bound keeps arithmetic from overflowing.
constexpr std::int64_t kMaxExtent = 1 << 20;

// Zeros that stand for missing weights: 64 MB.
constexpr std::int64_t kMaxZeros = std::int64_t{1} << 24;

// A name in a message is cut there.
constexpr std::size_t kMaxShown = 80;

std::string shown(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMaxShown) text = text.substr(0, kMaxShown) + "...";
  return text;
}

// Keras 2.2 wrote NumPy's scalars as {"type": "ndarray", "value": 6.0}
// (keras/engine/saving.py, get_json_type).
const Json& without_type(const Json& json) {
  if (!json.is_object()) return json;
  const auto value = json.find("value");
  return value == json.end() ? json : *value;
}

bool is_extent(const Json& json) {
  return json.is_number_integer() && json >= 1 && json <= kMaxExtent;
}

}  // namespace

Failure LayerContext::fail(std::string message) const {
  return slimc::fail({.file = graph_.file,
                      .subject = "layer '" + layer_.path + "'",
                      .message = std::move(message)});
}

Result<void> LayerContext::expect_rank(int rank) const {
  if (input_shape().rank() == rank) return {};
  return fail(fmt::format("{} reads {}; expected {} dimensions", layer_.class_name,
                          input_shape().to_string(), rank));
}

const Json* LayerContext::find(const char* key) const {
  const auto it = layer_.config->find(key);
  return it == layer_.config->end() || it->is_null() ? nullptr : &*it;
}

Result<bool> LayerContext::flag(const char* key, bool otherwise) const {
  const Json* json = find(key);
  if (json == nullptr) return otherwise;
  if (json->is_boolean()) return json->get<bool>();
  return fail(fmt::format("its {} is {}, expected true or false", key, shown(*json)));
}

Result<double> LayerContext::number(const char* key, double otherwise) const {
  const Json* json = find(key);
  if (json == nullptr) return otherwise;
  const Json& value = without_type(*json);
  if (value.is_number()) return value.get<double>();
  return fail(fmt::format("its {} is {}, expected a number", key, shown(*json)));
}

Result<std::int64_t> LayerContext::integer(const char* key, std::int64_t otherwise) const {
  const Json* json = find(key);
  if (json == nullptr) return otherwise;
  if (is_extent(*json)) return json->get<std::int64_t>();
  return fail(fmt::format("its {} is {}, expected 1 to {}", key, shown(*json), kMaxExtent));
}

Result<std::string> LayerContext::text(const char* key, const std::string& otherwise) const {
  const Json* json = find(key);
  if (json == nullptr) return otherwise;
  if (json->is_string()) return json->get<std::string>();
  // A function, in Keras 3: {"class_name": "function", "config": "relu6", ...}.
  if (json->is_object()) {
    if (const auto config = json->find("config"); config != json->end() && config->is_string()) {
      return config->get<std::string>();
    }
  }
  return fail(fmt::format("its {} is {}, expected a name", key, shown(*json)));
}

Result<Extent> LayerContext::extent(const char* key, Extent otherwise) const {
  const Json* json = find(key);
  if (json == nullptr) return otherwise;
  if (is_extent(*json)) return Extent{json->get<std::int64_t>(), json->get<std::int64_t>()};
  if (json->is_array() && json->size() == 2 && is_extent((*json)[0]) && is_extent((*json)[1])) {
    return Extent{(*json)[0].get<std::int64_t>(), (*json)[1].get<std::int64_t>()};
  }
  return fail(
      fmt::format("its {} is {}, expected [h,w], each 1 to {}", key, shown(*json), kMaxExtent));
}

Result<void> LayerContext::expect_channels_last() const {
  SLIMC_ASSIGN(const std::string format, text("data_format", "channels_last"));
  if (format == "channels_last") return {};
  return fail("its data_format is '" + format + "'; slimc reads channels_last models");
}

Result<Padding> LayerContext::padding(Extent kernel, Extent stride, Extent dilation) const {
  SLIMC_ASSIGN(const std::string kind, text("padding", "valid"));
  if (kind == "valid") return Padding{};
  if (kind == "same") {
    return same_padding(input_shape()[1], input_shape()[2], kernel.h, kernel.w, stride.h, stride.w,
                        dilation.h, dilation.w);
  }
  return fail("its padding is '" + kind + "', expected same or valid");
}

Result<Value> LayerContext::emit(OpKind kind, std::vector<Value> inputs, Attributes attributes,
                                 const std::string& suffix) {
  Op op;
  op.kind = kind;
  op.name = layer_.path + suffix;
  op.inputs = std::move(inputs);
  op.attributes = std::move(attributes);
  if (const std::string problem = infer_shape_of(graph_, op); !problem.empty()) {
    return fail(problem);
  }
  return graph_.add(std::move(op));
}

Result<Tensor> LayerContext::read_weight(const std::vector<std::string>& names,
                                         const Shape& expected) const {
  SLIMC_ASSIGN(Tensor tensor, import_.weights.read(layer_, names));
  if (tensor.shape == expected) return tensor;
  return fail(fmt::format("its weight '{}' has the shape {}, expected {}", names.front(),
                          tensor.shape.to_string(), expected.to_string()));
}

Result<Value> LayerContext::weight(const std::vector<std::string>& names, const Shape& expected) {
  Result<Tensor> tensor = read_weight(names, expected);
  if (!tensor) {
    import_.zeros += std::min(expected.elements(), kMaxZeros + 1);
    if (import_.zeros > kMaxZeros) return Failure(std::move(tensor).error());
    // What is wrong with a layer's group is wrong with each of its weights.
    const auto& known = import_.problems.list();
    if (known.empty() || known.back().to_string() != tensor.error().to_string()) {
      import_.problems.add(std::move(tensor).error());
    }
    tensor = Tensor{expected, std::vector<float>(static_cast<std::size_t>(expected.elements()))};
  }
  return constant("/" + names.front(), std::move(*tensor));
}

Value LayerContext::constant(const std::string& suffix, Tensor tensor) {
  return graph_.add_constant(layer_.path + suffix, std::move(tensor));
}

Result<Value> LayerContext::apply_layer(const std::string& class_name, const Json& config,
                                        Value value, const std::string& suffix) {
  KerasLayer inner = layer_;
  inner.path += suffix;
  inner.class_name = class_name;
  inner.config = &config;
  LayerContext context(inner, import_, value);
  return find_layer_converter(class_name)(context);
}

void LayerContext::name_value(const std::string& suffix, Value value) {
  import_.names[layer_.path + suffix] = value;
}

}  // namespace slimc::frontend
