#include "frontend/keras/input_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "frontend/image_size.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

// batch_input_shape up to Keras 2, batch_shape since; build_input_shape stands in a Sequential.
const Json* declared_shape(const Json& config) {
  for (const char* key : {"batch_input_shape", "batch_shape", "build_input_shape"}) {
    if (const auto it = config.find(key); it != config.end() && it->is_array()) return &*it;
  }
  return nullptr;
}

// Photographs; used only where a model says nothing about its channels.
constexpr std::int64_t kUsualChannels = 3;

}  // namespace

Result<Shape> input_shape(const KerasLayer& layer, const std::string& file,
                          const ModelRequest& request) {
  const auto refuse = [&](std::string message) {
    return fail(
        {.file = file, .subject = "layer '" + layer.path + "'", .message = std::move(message)});
  };
  if (request.batch < 1) {
    return fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                 .blame = Blame::Usage});
  }
  if (layer.config->is_object()) {
    if (const auto type = layer.config->find("dtype");
        layer.class_name == "InputLayer" && type != layer.config->end() && type->is_string() &&
        *type != "float32" && *type != "float16" && *type != "float64" && *type != "uint8") {
      return refuse("the input is of type " + type->get<std::string>() +
                    "; slimc compiles models of floats, and of bytes that are made floats at once");
    }
  }
  const Json* declared = layer.config->is_object() ? declared_shape(*layer.config) : nullptr;
  if (declared == nullptr) return refuse("says nothing of its input's shape");
  std::vector<std::int64_t> dims;
  for (const Json& dim : *declared) {
    const bool open = dim.is_null();
    if (!open && !(dim.is_number_integer() && dim >= 1 && dim <= kMaxElements)) {
      return refuse("the input's shape is " + declared->dump() + ", expected [n,h,w,c]");
    }
    dims.push_back(open ? -1 : dim.get<std::int64_t>());
  }
  if (dims.size() != 4) {
    return refuse("the input's shape is " + declared->dump() + ", expected [n,h,w,c]");
  }

  if (dims[0] < 0 || request.batch != 1) dims[0] = request.batch;
  if (const auto size = resolve_image_size(dims, request); !size) return refuse(size.error());
  if (dims[3] < 0) dims[3] = kUsualChannels;
  Shape shape(std::move(dims));
  if (shape.elements() > kMaxElements) {
    return refuse(
        fmt::format("the input {} has more than {} elements", shape.to_string(), kMaxElements));
  }
  return shape;
}

}  // namespace slimc::frontend
