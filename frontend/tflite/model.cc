#include "frontend/tflite/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "support/encode.h"
#include "support/utf8.h"

namespace slimc::frontend::tflite {
namespace {

// Behind the offset of the root table.
constexpr std::size_t kIdentifierOffset = 4;
constexpr std::size_t kIdentifierBytes = 4;

// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/version.h
constexpr std::uint32_t kSchemaVersion = 3;

// A table counts as often as it is referred to. The published networks have some 300, nested 5
// deep.
constexpr std::uint32_t kMaxTables = 1 << 16;
constexpr std::uint32_t kMaxDepth = 16;

// TensorFlow 2 joins the names of all nodes that went into an op.
constexpr std::size_t kMaxTextBytes = 1000;

}  // namespace

Failure Model::fail(std::string message) const {
  return slimc::fail({.file = file_, .message = std::move(message)});
}

Result<Model> Model::open(std::string_view bytes, std::string file) {
  Model model;
  model.file_ = std::move(file);
  model.size_ = bytes.size();
  if (bytes.size() < kIdentifierOffset + kIdentifierBytes) {
    return model.fail(
        fmt::format("has {} bytes; a TFLite model begins with 8 of header", bytes.size()));
  }
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
    return model.fail(fmt::format("has {} bytes; a FlatBuffer has less than 2 GB", bytes.size()));
  }
  if (!flatbuffers::BufferHasIdentifier(bytes.data(), schema::ModelIdentifier())) {
    return model.fail(
        fmt::format("is no TFLite model of schema version 3: its bytes 4 to 7 are '{}', expected "
                    "'TFL3'",
                    slimc::printable(bytes.substr(kIdentifierOffset, kIdentifierBytes))));
  }

  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (reinterpret_cast<std::uintptr_t>(data) % sizeof(std::uint64_t) != 0) {
    model.aligned_.resize(bytes.size() / sizeof(std::uint64_t) + 1);
    std::memcpy(model.aligned_.data(), data, bytes.size());
    data = reinterpret_cast<const std::uint8_t*>(model.aligned_.data());
  }
  flatbuffers::Verifier verifier(data, bytes.size(), kMaxDepth, kMaxTables);
  if (!schema::VerifyModelBuffer(verifier)) {
    return model.fail(
        fmt::format("is damaged or truncated: an offset or a length in its {} bytes leads outside "
                    "of them, or it has more than {} tables",
                    bytes.size(), kMaxTables));
  }
  model.data_ = data;
  model.root_ = schema::GetModel(data);
  if (model.root_->version() != kSchemaVersion) {
    return model.fail(fmt::format("is of schema version {}; slimc reads version {}",
                                  model.root_->version(), kSchemaVersion));
  }
  return model;
}

std::string printable(const flatbuffers::String* text) {
  if (text == nullptr) return "";
  return slimc::printable(beginning({text->data(), text->size()}, kMaxTextBytes));
}

std::string name_of(schema::TensorType type) {
  const std::string name = schema::EnumNameTensorType(type);
  return name.empty() ? fmt::format("of type {}", static_cast<int>(type)) : name;
}

std::string name_of(schema::BuiltinOperator op) {
  const std::string name = schema::EnumNameBuiltinOperator(op);
  return name.empty() ? fmt::format("builtin op {}", static_cast<int>(op)) : name;
}

}  // namespace slimc::frontend::tflite
