#include "frontend/tensorflow/model_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "frontend/listed.h"
#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/checkpoint_state.h"
#include "frontend/tensorflow/saved_model.h"

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

// Cuts ".data-00000-of-00001" off; `mark` is ".data-", or "-" for the shards of V1 checkpoints.
bool strip_shard(std::string& name, std::string_view mark) {
  std::string rest = name;
  if (!strip_digits(rest, 5) || !strip_suffix(rest, "-of-") || !strip_digits(rest, 5) ||
      !strip_suffix(rest, mark)) {
    return false;
  }
  name = std::move(rest);
  return true;
}

// "net.ckpt.index", "net.ckpt.meta", "net.ckpt.data-00000-of-00001" and, of V1,
// "net.ckpt-00000-of-00002" -> "net.ckpt"; nothing for other paths.
std::optional<fs::path> prefix_of_part(const fs::path& path) {
  std::string name = path.filename().string();
  if (!strip_suffix(name, ".index") && !strip_suffix(name, ".meta") &&
      !strip_shard(name, ".data-") && !strip_shard(name, "-")) {
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

std::string joined(const std::vector<fs::path>& paths) {
  std::vector<std::string> words;
  for (const fs::path& path : paths) words.push_back(path.string());
  return fmt::format("{}", fmt::join(words, ", "));
}

// The name of a folder that may be given as "." or "net/"; of "net/1", as TensorFlow Serving
// numbers versions, "net".
std::string folder_name(const fs::path& folder) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(folder, error);
  if (error) path = folder;
  const std::string name = path.filename().string();
  const bool is_version =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_version ? path.parent_path().filename().string() : name;
}

// The `checkpoint` file of a training folder, if the path is the folder or the file.
std::optional<fs::path> state_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    const fs::path file = path / kCheckpointStateFile;
    if (is_file(file)) return file;
  } else if (path.filename() == kCheckpointStateFile && is_file(path) && !is_checkpoint(path)) {
    return path;
  }
  return std::nullopt;
}

// --checkpoint: a prefix, one of the checkpoint's files, or a folder.
Result<fs::path> named_checkpoint(const fs::path& path) {
  if (const auto state = state_file(path)) return latest_checkpoint(*state);
  fs::path prefix = prefix_of_part(path).value_or(path);
  if (const auto saved_model = saved_model_in(path)) prefix = saved_model_variables(*saved_model);
  for (const fs::path& candidate : {prefix, fs::path(prefix).concat(".ckpt")}) {
    if (is_checkpoint(candidate)) return candidate;
  }
  std::error_code error;
  if (fs::is_directory(prefix, error)) {
    return fail({.file = path.string(),
                 .message = "is a folder without a `checkpoint` file; name the checkpoint in it"});
  }
  if (is_file(path)) {
    return fail({.file = path.string(), .message = "is no checkpoint"});
  }
  return fail({.file = path.string(),
               .message = "no such checkpoint; looked for " + index_path(prefix).string()});
}

// A checkpoint is MODEL: its graph is searched beside it. The .meta holds whatever graph the
// checkpoint was saved from; beside the published networks that is the one for training, and the
// one to compile is _eval.pbtxt.
ModelFiles files_of_checkpoint(const fs::path& prefix) {
  ModelFiles files;
  files.checkpoint = prefix;
  files.name = without_ckpt(prefix.filename().string());
  files.graphs_looked_for = {
      beside(prefix, files.name + "_eval.pbtxt"),
      fs::path(prefix).concat(".meta"),
      beside(prefix, files.name + ".pbtxt"),
  };
  for (const fs::path& graph : files.graphs_looked_for) {
    if (!is_file(graph)) continue;
    files.graph = graph;
    break;
  }
  return files;
}

ModelFiles files_of_saved_model(const fs::path& saved_model) {
  ModelFiles files;
  files.graph = saved_model;
  files.is_saved_model = true;
  const fs::path folder = saved_model.parent_path();
  files.name = folder_name(folder.empty() ? fs::path(".") : folder);
  const fs::path variables = saved_model_variables(saved_model);
  files.looked_for = {index_path(variables)};
  if (is_checkpoint(variables)) files.checkpoint = variables;
  return files;
}

// What in a folder could be given as MODEL: checkpoints by their prefixes, other files as they are.
std::string models_in(const fs::path& folder) {
  constexpr std::size_t kMaxListed = 12;
  static const std::set<std::string> kExtensions = {".pb",    ".pbtxt",  ".h5",
                                                    ".keras", ".tflite", ".onnx"};
  std::set<std::string> models;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::path& path = it->path();
    std::string name = path.filename().string();
    const std::string extension = path.extension().string();
    const bool is_model = strip_suffix(name, ".index") || kExtensions.count(extension) != 0 ||
                          (!prefix_of_part(path) && is_file(path) && is_checkpoint(path));
    if (is_model) models.insert(name);
  }
  if (models.empty()) return "";
  const std::vector<std::string> words(models.begin(), models.end());
  return "; give one of its files as MODEL: " + listed(words, kMaxListed);
}

Result<ModelFiles> files_of_folder(const fs::path& folder) {
  const auto saved_model = saved_model_in(folder);
  const auto state = state_file(folder);
  if (saved_model && state) {
    return fail({.file = folder.string(),
                 .message = fmt::format("has both a SavedModel and a training checkpoint; give one "
                                        "of {} and {} as MODEL",
                                        saved_model->string(), state->string())});
  }
  if (saved_model) return files_of_saved_model(*saved_model);
  if (state) {
    SLIMC_ASSIGN(const fs::path prefix, latest_checkpoint(*state));
    return files_of_checkpoint(prefix);
  }
  return fail({.file = folder.string(),
               .message = "is a folder with neither a saved_model.pb nor a `checkpoint` file" +
                          models_in(folder)});
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
    if (files.checkpoint.empty() && is_checkpoint(prefix)) files.checkpoint = prefix;
  }
  return files;
}

Result<ModelFiles> files_of_model(const fs::path& model) {
  std::error_code error;
  if (fs::is_directory(model, error) && !is_checkpoint(model)) return files_of_folder(model);
  if (const auto state = state_file(model)) {
    SLIMC_ASSIGN(const fs::path latest, latest_checkpoint(*state));
    return files_of_checkpoint(latest);
  }
  if (is_saved_model_name(model) && is_file(model)) return files_of_saved_model(model);
  const auto prefix = prefix_of_part(model);
  if (prefix && is_file(model) && model.extension() != ".meta") return files_of_checkpoint(*prefix);
  // A prefix comes before a file of the same name.
  const fs::path with_ckpt = fs::path(model).concat(".ckpt");
  for (const fs::path& candidate : {model, with_ckpt}) {
    if (is_checkpoint(candidate)) return files_of_checkpoint(candidate);
  }
  if (is_file(model)) return files_of_graph(model);
  return fail({.file = model.string(),
               .message = "no such model; looked for " +
                          joined({model, index_path(model), index_path(with_ckpt)})});
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
