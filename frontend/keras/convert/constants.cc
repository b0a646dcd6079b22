#include "frontend/keras/convert/constants.h"

#include <fmt/format.h>

#include <cmath>

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr int kMaxNesting = 8;

// {"class_name": "__numpy__", "config": {"value": [..], "dtype": ".."}} and "__tensor__" of Keras
// 3,
// {"type": "ndarray", "value": [..]} before.
const Json& unwrapped(const Json& json) {
  if (!json.is_object()) return json;
  const Json* holder = &json;
  if (const auto config = json.find("config"); config != json.end() && config->is_object()) {
    holder = &*config;
  }
  const auto value = holder->find("value");
  return value == holder->end() ? json : *value;
}

// The numbers in the order of their nesting; false where there is anything else, or where any but
// the innermost list has more than one element.
bool collect(const Json& json, int depth, std::vector<float>& numbers) {
  if (json.is_number()) {
    numbers.push_back(json.get<float>());
    return true;
  }
  if (!json.is_array() || json.empty() || depth > kMaxNesting) return false;
  for (const Json& element : json) {
    if (element.is_array() && json.size() != 1) return false;
    if (!collect(element, depth + 1, numbers)) return false;
  }
  return true;
}

}  // namespace

Result<Tensor> channel_constant(const LayerContext& context, const Json& json,
                                const std::string& what) {
  std::vector<float> numbers;
  const Json& value = unwrapped(json);
  if (!collect(value, 0, numbers)) {
    std::string shown = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    constexpr std::size_t kMaxShown = 80;
    if (shown.size() > kMaxShown) shown = shown.substr(0, kMaxShown) + "...";
    return context.fail(
        fmt::format("its {} is {}, expected a number, or one for each channel", what, shown));
  }
  for (const float number : numbers) {
    if (std::isfinite(number)) continue;
    return context.fail(fmt::format("its {} is {}, expected finite numbers", what, number));
  }
  if (numbers.size() == 1) return Tensor{Shape{}, std::move(numbers)};
  const std::int64_t channels = context.input_shape()[context.input_shape().rank() - 1];
  if (static_cast<std::int64_t>(numbers.size()) != channels) {
    return context.fail(
        fmt::format("its {} has {} elements, expected a number for each of {} channels", what,
                    numbers.size(), channels));
  }
  return Tensor{Shape{channels}, std::move(numbers)};
}

}  // namespace slimc::frontend
