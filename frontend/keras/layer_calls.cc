#include "frontend/keras/layer_calls.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

// How tf.keras writes a first argument that is no tensor: ["_CONSTANT_VALUE", -1, 1.0, {}]
// (keras/engine/node.py, _CONSTANT_VALUE).
constexpr const char* kConstant = "_CONSTANT_VALUE";
constexpr std::int64_t kMaxNumber = 1 << 20;  // of an application or a result
constexpr std::size_t kKeywords = 3;          // of such a list, or of a reference

bool has_form_of_reference(const Json& json) {
  return json.is_array() && json.size() >= kKeywords && json[0].is_string() &&
         json[1].is_number_integer();
}

const Json* object_member(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(key);
  return it == json.end() ? nullptr : &*it;
}

void collect(const Json& json, std::vector<KerasReference>& references) {
  if (auto reference = as_reference(json)) {
    references.push_back(std::move(*reference));
    if (json.is_object() || json.size() <= kKeywords) return;
    return collect(json[kKeywords], references);
  }
  if (json.is_object() && json.contains("args")) {
    collect(json["args"], references);
    if (json.contains("kwargs")) collect(json["kwargs"], references);
    return;
  }
  if (json.is_structured()) {
    for (const Json& element : json) collect(element, references);
  }
}

}  // namespace

std::optional<KerasReference> as_reference(const Json& json) {
  const Json* found = &json;
  if (const Json* config = object_member(json, "config")) {
    const Json* history = object_member(*config, "keras_history");
    if (history == nullptr) return std::nullopt;
    found = history;
  }
  if (!has_form_of_reference(*found) || (*found)[0] == kConstant ||
      !(*found)[2].is_number_integer()) {
    return std::nullopt;
  }
  const auto number = [&](std::size_t i) -> std::int64_t {
    const Json& json_number = (*found)[i];
    return json_number >= -1 && json_number <= kMaxNumber ? json_number.get<std::int64_t>()
                                                          : kMaxNumber;
  };
  return KerasReference{(*found)[0].get<std::string>(), number(1), number(2)};
}

std::vector<KerasReference> references_in(const Json& json) {
  std::vector<KerasReference> references;
  collect(json, references);
  return references;
}

KerasCall read_call(const Json& node) {
  KerasCall call;
  if (const Json* arguments = object_member(node, "args")) {
    if (arguments->is_array()) {
      for (const Json& argument : *arguments) call.positional.push_back(&argument);
    }
    call.keywords = object_member(node, "kwargs");
    return call;
  }
  const auto add = [&](const Json& list) {
    call.positional.push_back(list[0] == kConstant ? &list[2] : &list);
    if (list.size() > kKeywords && list[kKeywords].is_object()) call.keywords = &list[kKeywords];
  };
  if (has_form_of_reference(node)) {
    add(node);
  } else if (node.is_array()) {
    for (const Json& element : node) {
      if (has_form_of_reference(element)) add(element);
    }
  }
  return call;
}

const Json* KerasCall::argument(std::size_t position,
                                std::initializer_list<const char*> names) const {
  const Json* found = position < positional.size() ? positional[position] : nullptr;
  for (const char* name : names) {
    if (found == nullptr && keywords != nullptr) found = object_member(*keywords, name);
  }
  return found == nullptr || found->is_null() ? nullptr : found;
}

}  // namespace slimc::frontend
