#include "frontend/onnx/external_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "frontend/integrity.h"
#include "frontend/onnx/model.h"
#include "support/files.h"

namespace slimc::frontend::onnx {
namespace {

namespace fs = std::filesystem;

Failure refuse(std::string message) { return slimc::fail({.message = std::move(message)}); }

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<fs::path> ExternalData::open(const std::string& location) {
  const std::string shown = printable(location);
  const fs::path relative = location;
  const bool leaves = relative.empty() || relative.is_absolute() ||
                      location.find('\0') != std::string::npos ||
                      location.find('\\') != std::string::npos ||
                      std::any_of(relative.begin(), relative.end(),
                                  [](const fs::path& part) { return part == ".."; });
  if (leaves) {
    return refuse(
        fmt::format("is in the file '{}'; slimc opens files in the model's folder only", shown));
  }
  const fs::path path = (folder_ / relative).lexically_normal();
  if (sizes_.count(path) != 0) return path;
  fs::path step = folder_;
  std::error_code error;
  for (const fs::path& part : relative) {
    step /= part;
    if (fs::is_symlink(fs::symlink_status(step, error))) {
      return refuse(
          fmt::format("is in the file '{}', and '{}' is a link; slimc follows none that "
                      "a model names: copy the file into the model's folder",
                      shown, step.string()));
    }
  }
  if (!fs::is_regular_file(path, error)) {
    return refuse(
        fmt::format("is in the file '{}' beside the model, which is not there", path.string()));
  }
  SLIMC_TRY(check_integrity(path));
  const std::uint64_t size = fs::file_size(path, error);
  if (error) return refuse(fmt::format("cannot read '{}': {}", path.string(), error.message()));
  sizes_[path] = size;
  bytes_ += size;
  return path;
}

Result<std::string> ExternalData::read(const schema::TensorProto& tensor,
                                       std::uint64_t expected_bytes) {
  std::string location;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
  for (const schema::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") {
      location = entry.value();
    } else if (entry.key() == "offset" || entry.key() == "length") {
      const auto value = number(entry.value());
      if (!value) {
        return refuse(fmt::format("has the {} '{}' in its file, which is no number", entry.key(),
                                  printable(entry.value())));
      }
      if (entry.key() == "offset") {
        offset = *value;
      } else {
        length = *value;
      }
    }
  }
  SLIMC_ASSIGN(const fs::path path, open(location));
  const std::uint64_t size = sizes_[path];
  if (length && *length != expected_bytes) {
    return refuse(
        fmt::format("has {} bytes in '{}', expected {}", *length, path.string(), expected_bytes));
  }
  if (offset > size || expected_bytes > size - offset) {
    return refuse(fmt::format("is bytes {} to {} of '{}', which has {}", offset,
                              offset + expected_bytes, path.string(), size));
  }
  SLIMC_ASSIGN(const UniqueFd file, open_regular_file(path));
  std::optional<std::string> bytes = read_piece(file, offset, expected_bytes);
  if (!bytes) return refuse(fmt::format("cannot read '{}'", path.string()));
  return std::move(*bytes);
}

}  // namespace slimc::frontend::onnx
