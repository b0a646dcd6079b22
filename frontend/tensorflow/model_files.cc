#include "frontend/tensorflow/model_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "frontend/tensorflow/checkpoint.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

bool strip_suffix(std::string& text, std::string_view suffix) {
  if (text.size() <= suffix.size() || !text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

bool strip_digits(std::string& text, std::size_t count) {
  if (text.size() <= count) return false;
  const auto first = text.end() - static_cast<std::ptrdiff_t>(count);
  if (!std::all_of(first, text.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  text.erase(first, text.end());
  return true;
}

// Cuts ".data-00000-of-00001" off.
bool strip_shard(std::string& name) {
  std::string rest = name;
  if (!strip_digits(rest, 5) || !strip_suffix(rest, "-of-") || !strip_digits(rest, 5) ||
      !strip_suffix(rest, ".data-")) {
    return false;
  }
  name = std::move(rest);
  return true;
}

// "net.ckpt.index", "net.ckpt.meta" and "net.ckpt.data-00000-of-00001" -> "net.ckpt"; nothing for
// other paths.
std::optional<fs::path> prefix_of_part(const fs::path& path) {
  std::string name = path.filename().string();
  if (!strip_suffix(name, ".index") && !strip_suffix(name, ".meta") && !strip_shard(name)) {
    return std::nullopt;
  }
  return fs::path(path).replace_filename(name);
}

// "net.ckpt" and "net.ckpt-1234" -> "net"
std::string without_ckpt(const std::string& name) {
  std::string rest = name;
  const std::size_t step = rest.size() - 1 - rest.find_last_not_of("0123456789");
  if (step > 0 && strip_digits(rest, step)) strip_suffix(rest, "-");
  return strip_suffix(rest, ".ckpt") ? rest : name;
}

// "net_eval.pbtxt", "net_frozen.pb" -> "net"
std::string graph_stem(std::string name) {
  if (!strip_suffix(name, ".pbtxt")) strip_suffix(name, ".pb");
  if (!strip_suffix(name, "_eval")) strip_suffix(name, "_frozen");
  return name;
}

fs::path beside(const fs::path& path, const std::string& name) {
  return fs::path(path).replace_filename(name);
}

std::string listed(const std::vector<fs::path>& paths) {
  std::vector<std::string> words;
  for (const fs::path& path : paths) words.push_back(path.string());
  return fmt::format("{}", fmt::join(words, ", "));
}

// --checkpoint: a prefix, or one of the checkpoint's files.
Result<fs::path> named_checkpoint(const fs::path& path) {
  const fs::path prefix = prefix_of_part(path).value_or(path);
  for (const fs::path& candidate : {prefix, fs::path(prefix).concat(".ckpt")}) {
    if (is_file(index_path(candidate))) return candidate;
  }
  return fail({.file = path.string(),
               .message = "no such checkpoint; looked for " + index_path(prefix).string()});
}

// A checkpoint is MODEL: its graph is searched beside it. The .meta holds whatever graph the
// checkpoint was saved from; beside the published networks that is the one for training, and the
// one to compile is _eval.pbtxt.
Result<ModelFiles> files_of_checkpoint(const fs::path& prefix) {
  ModelFiles files;
  files.checkpoint = prefix;
  files.name = without_ckpt(prefix.filename().string());
  const std::vector<fs::path> graphs = {
      beside(prefix, files.name + "_eval.pbtxt"),
      fs::path(prefix).concat(".meta"),
      beside(prefix, files.name + ".pbtxt"),
  };
  for (const fs::path& graph : graphs) {
    if (!is_file(graph)) continue;
    files.graph = graph;
    return files;
  }
  return fail(
      {.file = prefix.string(), .message = "has no graph beside it; looked for " + listed(graphs)});
}

// A graph is MODEL: a checkpoint may lie beside it under the same stem.
ModelFiles files_of_graph(const fs::path& graph) {
  ModelFiles files;
  files.graph = graph;
  std::vector<fs::path> prefixes;
  if (const auto prefix = prefix_of_part(graph)) {
    files.name = without_ckpt(prefix->filename().string());
    prefixes = {*prefix};
  } else {
    files.name = graph_stem(graph.filename().string());
    prefixes = {beside(graph, files.name + ".ckpt"), beside(graph, files.name)};
  }
  for (const fs::path& prefix : prefixes) {
    files.looked_for.push_back(index_path(prefix));
    if (files.checkpoint.empty() && is_file(index_path(prefix))) files.checkpoint = prefix;
  }
  return files;
}

Result<ModelFiles> files_of_model(const fs::path& model) {
  const auto prefix = prefix_of_part(model);
  if (prefix && is_file(model) && model.extension() != ".meta") return files_of_checkpoint(*prefix);
  // A prefix comes before a file of the same name, which a V1 checkpoint may have left behind.
  const fs::path with_ckpt = fs::path(model).concat(".ckpt");
  for (const fs::path& candidate : {model, with_ckpt}) {
    if (is_file(index_path(candidate))) return files_of_checkpoint(candidate);
  }
  if (is_file(model)) return files_of_graph(model);
  return fail({.file = model.string(),
               .message = "no such model; looked for " +
                          listed({model, index_path(model), index_path(with_ckpt)})});
}

}  // namespace

Result<ModelFiles> find_model_files(const ModelRequest& request) {
  Diagnostics problems;
  auto files = files_of_model(request.model);
  if (!files) problems.add(std::move(files.error()));
  if (!request.checkpoint.empty()) {
    auto checkpoint = named_checkpoint(request.checkpoint);
    if (!checkpoint) {
      problems.add(std::move(checkpoint).error());
    } else if (files) {
      files->checkpoint = *checkpoint;
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return files;
}

}  // namespace slimc::frontend
