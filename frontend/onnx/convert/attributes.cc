// What a NodeContext says of its node's attributes and axes.
#include <algorithm>

#include "frontend/onnx/convert/node_context.h"

namespace slimc::frontend::onnx {

const schema::AttributeProto* NodeContext::find(const char* name) {
  asked_.insert(name);
  for (const schema::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

bool NodeContext::has_attribute(const char* name) { return find(name) != nullptr; }

void NodeContext::ignore(std::initializer_list<const char*> names) {
  asked_.insert(names.begin(), names.end());
}

Result<const schema::AttributeProto*> NodeContext::find(
    const char* name, schema::AttributeProto::AttributeType type) {
  const schema::AttributeProto* attribute = find(name);
  if (attribute == nullptr) return nullptr;
  if (attribute->type() == type || attribute->type() == schema::AttributeProto::NONE) {
    return attribute;
  }
  return fail(fmt::format("its attribute '{}' is of type {}, expected {}", name,
                          schema::AttributeProto::AttributeType_Name(attribute->type()).substr(2),
                          schema::AttributeProto::AttributeType_Name(type).substr(2)));
}

Result<std::int64_t> NodeContext::integer(const char* name, std::int64_t otherwise) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_INT));
  return attribute == nullptr ? otherwise : attribute->i();
}

Result<bool> NodeContext::flag(const char* name, bool otherwise) {
  SLIMC_ASSIGN(const std::int64_t value, integer(name, otherwise ? 1 : 0));
  return value != 0;
}

Result<float> NodeContext::number(const char* name, float otherwise) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_FLOAT));
  return attribute == nullptr ? otherwise : attribute->f();
}

Result<std::string> NodeContext::text(const char* name, const char* otherwise) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_STRING));
  return attribute == nullptr ? std::string(otherwise) : printable(attribute->s());
}

Result<std::vector<std::int64_t>> NodeContext::integer_list(const char* name) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_INTS));
  if (attribute == nullptr) return std::vector<std::int64_t>();
  if (attribute->ints_size() > kMaxIntegers) {
    return fail(fmt::format("its attribute '{}' has {} integers; expected at most {}", name,
                            attribute->ints_size(), kMaxIntegers));
  }
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

Result<std::vector<float>> NodeContext::number_list(const char* name) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_FLOATS));
  if (attribute == nullptr) return std::vector<float>();
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

Result<const schema::TensorProto*> NodeContext::tensor_attribute(const char* name) {
  SLIMC_ASSIGN(const auto* attribute, find(name, schema::AttributeProto::A_TENSOR));
  return attribute == nullptr ? nullptr : &attribute->t();
}

bool NodeContext::has_list(const char* name, int index) {
  return has_input(index) || has_attribute(name);
}

Result<std::vector<std::int64_t>> NodeContext::list_of(const char* name, int index) {
  if (!has_input(index)) return integer_list(name);
  if (has_attribute(name)) {
    return fail(fmt::format("has its '{}' as attribute and as input {}", name, index));
  }
  return integer_list(index);
}

Result<int> NodeContext::axis_of(std::int64_t axis, int rank) const {
  if (axis < -rank || axis >= rank) {
    return fail(fmt::format("names the axis {} of {} dimensions", axis, rank));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Result<std::vector<int>> NodeContext::axes_of(const std::vector<std::int64_t>& axes,
                                              int rank) const {
  std::vector<int> result;
  for (const std::int64_t axis : axes) {
    SLIMC_ASSIGN(const int resolved, axis_of(axis, rank));
    if (std::find(result.begin(), result.end(), resolved) != result.end()) {
      return fail(fmt::format("names the axis {} twice", axis));
    }
    result.push_back(resolved);
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace slimc::frontend::onnx
