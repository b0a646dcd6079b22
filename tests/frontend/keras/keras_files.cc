#include "tests/frontend/keras/keras_files.h"

#include <cstdint>

#include "compiler/reference/evaluate.h"
#include "frontend/keras/load_keras.h"
#include "support/process.h"

namespace slimc::frontend::testing {

namespace fs = std::filesystem;

fs::path shared_models() { return fs::path(SLIMC_SOURCE_DIR) / ".." / "shared" / "models"; }

ScriptOutcome run_script(const std::string& name, const std::vector<std::string>& arguments) {
  // h5py is a package of Debian's Python.
  const std::string python = "/usr/bin/python3";
  const std::string probe = "import h5py, numpy";
  const auto probed = run_process(python, {"-c", probe}, std::chrono::seconds(60));
  if (!probed || !probed->ok()) return {.skipped = "needs python3-h5py", .failed = {}};

  // -B: no compiled files beside the scripts.
  std::vector<std::string> command = {
      "-B", (fs::path(SLIMC_SOURCE_DIR) / "tests" / "frontend" / "keras" / name).string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto outcome = run_process(python, command, std::chrono::seconds(300));
  if (!outcome) return {.skipped = {}, .failed = outcome.error().to_string()};
  if (!outcome->ok()) return {.skipped = {}, .failed = outcome->last_lines(30)};
  return {};
}

ScriptedFolder::ScriptedFolder(const std::string& script,
                               const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {folder_.path().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  outcome_ = run_script(script, all);
}

Result<Graph> Loader::load() { return load_keras(request, *this); }

std::string Loader::errors() {
  const Result<Graph> graph = load();
  return graph ? "" : without_folder(graph.error().to_string());
}

void Loader::warning(const Diagnostic& diagnostic) {
  warnings.push_back(without_folder(diagnostic.to_string()));
}

std::string Loader::without_folder(std::string words) const {
  const std::string folder = request.model.parent_path().string() + "/";
  for (std::size_t at = words.find(folder); at != std::string::npos; at = words.find(folder, at)) {
    words.erase(at, folder.size());
  }
  return words;
}

std::vector<double> evaluate(const Graph& graph, const std::vector<float>& image) {
  return reference::evaluate(graph, {graph.op(graph.input).shape, {image.begin(), image.end()}})
      .data;
}

}  // namespace slimc::frontend::testing
