#include "frontend/keras/keras_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <utility>

namespace slimc::frontend {
namespace {

// keras/saving/saving_lib.py.
constexpr std::string_view kMetadata = "metadata.json";
constexpr std::string_view kConfig = "config.json";
constexpr std::string_view kWeights = "model.weights.h5";
constexpr std::string_view kNpzWeights = "model.weights.npz";
constexpr std::string_view kShardedWeights = "model.weights.json";

constexpr std::size_t kMaxPath = 512;
constexpr std::size_t kMaxMetadataNesting = 8;

struct FreeArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

// Names come from strangers and go to terminals.
std::string shown(std::string_view path) {
  std::string words;
  for (const char c : path.substr(0, kMaxPath)) {
    const auto byte = static_cast<unsigned char>(c);
    words += byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return words;
}

std::optional<std::string> path_problem(std::string_view path) {
  if (path.empty()) return "has no name";
  if (path.size() > kMaxPath) return fmt::format("has a path of more than {} bytes", kMaxPath);
  if (path.front() == '/') return "has an absolute path";
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return "has a path that goes up (\"..\")";
    begin = end + 1;
  }
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') {
      return "has a control character or a backslash in its path";
    }
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file, const KerasArchiveLimits& limits)
      : bytes_(bytes), file_(file), limits_(limits) {}

  Result<KerasArchive> read();

 private:
  Failure refuse(std::string message) const {
    return fail({.file = file_, .message = std::move(message)});
  }
  Failure refuse(const std::string& path, std::string message) const {
    return fail(
        {.file = file_, .subject = "entry '" + shown(path) + "'", .message = std::move(message)});
  }
  Failure broken() const {
    const char* words = archive_error_string(archive_.get());
    return refuse(fmt::format("is not a whole zip archive: {}",
                              words != nullptr ? shown(words) : "libarchive stops"));
  }
  std::uint64_t largest(std::string_view path) const;
  Result<void> read_entry(archive_entry* entry);
  Result<std::string> read_bytes(const std::string& path);

  std::string_view bytes_;
  const std::string& file_;
  const KerasArchiveLimits& limits_;
  std::unique_ptr<archive, FreeArchive> archive_;
  std::unordered_set<std::string> paths_;
  std::optional<std::string> config_, metadata_, weights_;
};

std::uint64_t Reader::largest(std::string_view path) const {
  if (path != kWeights) return limits_.text;
  const std::uint64_t by_ratio = std::uint64_t{bytes_.size()} * limits_.ratio;
  return std::min(limits_.weights, std::max(limits_.free_weights, by_ratio));
}

Result<std::string> Reader::read_bytes(const std::string& path) {
  const std::uint64_t most = largest(path);
  std::string content;
  std::string buffer(std::size_t{1} << 16, '\0');
  while (true) {
    const la_ssize_t got = archive_read_data(archive_.get(), buffer.data(), buffer.size());
    if (got < 0) return broken();
    if (got == 0) return content;
    if (static_cast<std::uint64_t>(got) > most - content.size()) {
      return refuse(path, fmt::format("unfolds to more than {} bytes, from an archive of {}", most,
                                      bytes_.size()));
    }
    content.append(buffer, 0, static_cast<std::size_t>(got));
  }
}

Result<void> Reader::read_entry(archive_entry* entry) {
  const char* raw = archive_entry_pathname(entry);
  const std::string path = raw != nullptr ? raw : "";
  if (paths_.size() >= limits_.entries) {
    return refuse(fmt::format("has more than {} entries", limits_.entries));
  }
  if (auto problem = path_problem(path)) return refuse(path, std::move(*problem));
  const auto type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != AE_IFDIR) {
    return refuse(path, "is neither a file nor a folder (a link, perhaps)");
  }
  if (archive_entry_is_encrypted(entry) != 0) return refuse(path, "is encrypted");
  if (!paths_.insert(path).second) return refuse(path, "is there twice");
  std::optional<std::string>* wanted = nullptr;
  if (path == kConfig) wanted = &config_;
  if (path == kMetadata) wanted = &metadata_;
  if (path == kWeights) wanted = &weights_;
  if (wanted == nullptr || type != AE_IFREG) return {};  // its bytes are passed over
  SLIMC_ASSIGN(*wanted, read_bytes(path));
  return {};
}

// Keras writes {"keras_version": "3.8.0", "date_saved": "..."}.
std::string version_of(const std::string& metadata) {
  using Json = nlohmann::json;
  std::size_t depth = 0;
  for (const char c : metadata) {
    if (c == '[' || c == '{') ++depth;
    if (depth > kMaxMetadataNesting) return "";
  }
  const Json json = Json::parse(metadata, nullptr, false);
  if (!json.is_object()) return "";
  const auto version = json.find("keras_version");
  return version != json.end() && version->is_string() ? version->get<std::string>() : "";
}

Result<KerasArchive> Reader::read() {
  archive_.reset(archive_read_new());
  archive_read_support_filter_none(archive_.get());
  // By the directory at its end, as Python's zipfile reads it.
  archive_read_support_format_zip_seekable(archive_.get());
  if (archive_read_open_memory(archive_.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK) {
    return broken();
  }
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return broken();
    SLIMC_TRY(read_entry(entry));
  }
  if (!config_ || !metadata_) {
    return refuse(fmt::format("is a zip archive without {}, and so no model of Keras'",
                              config_ ? kMetadata : kConfig));
  }
  if (!weights_) {
    if (paths_.count(std::string(kNpzWeights)) != 0) {
      return refuse(
          "has its weights as model.weights.npz; slimc reads model.weights.h5 "
          "(keras.saving's weights_format=\"h5\")");
    }
    if (paths_.count(std::string(kShardedWeights)) != 0) {
      return refuse(
          "has its weights in shards (model.weights.json); slimc reads one "
          "model.weights.h5");
    }
    return refuse("has no model.weights.h5: the model was saved without weights");
  }
  return KerasArchive{std::move(*config_), version_of(*metadata_), std::move(*weights_)};
}

}  // namespace

Result<KerasArchive> read_keras_archive(std::string_view bytes, const std::string& file,
                                        const KerasArchiveLimits& limits) {
  return Reader(bytes, file, limits).read();
}

}  // namespace slimc::frontend
