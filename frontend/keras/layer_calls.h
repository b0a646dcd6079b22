// How a model's description says what a layer is applied to.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace slimc::frontend {

// A result of a layer: of which of its applications, and which result of that.
struct KerasReference {
  std::string layer;
  std::int64_t node = 0;
  std::int64_t tensor = 0;
};

// ["conv1", 0, 0], or with the call's other arguments ["conv1", 0, 0, {}], or, in Keras 3, a tensor
// with a keras_history. A constant that stands where a tensor might is none.
std::optional<KerasReference> as_reference(const nlohmann::json& json);

// All of them below `json`, in its order: every version nests them differently.
std::vector<KerasReference> references_in(const nlohmann::json& json);

// The arguments of one application, in whatever version's form.
struct KerasCall {
  std::vector<const nlohmann::json*> positional;
  const nlohmann::json* keywords = nullptr;  // an object, or null

  // Null where it is neither there nor anything.
  const nlohmann::json* argument(std::size_t position,
                                 std::initializer_list<const char*> names) const;
};
KerasCall read_call(const nlohmann::json& node);

}  // namespace slimc::frontend
