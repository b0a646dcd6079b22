// Files that Python scripts beside this one write with h5py, and what is expected of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"
#include "tests/common/temporary_folder.h"

namespace slimc::frontend::testing {

// ../shared/models.
std::filesystem::path shared_models();

// Runs a script of this folder with Debian's Python. Empty if all went well; otherwise why tests
// have to be skipped, or how the script failed.
struct ScriptOutcome {
  std::string skipped;
  std::string failed;
};
ScriptOutcome run_script(const std::string& name, const std::vector<std::string>& arguments);

// A folder that a script has filled, for all tests of a suite.
class ScriptedFolder {
 public:
  ScriptedFolder(const std::string& script, const std::vector<std::string>& arguments = {});
  const ScriptOutcome& outcome() const { return outcome_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  slimc::testing::TemporaryFolder folder_;
  ScriptOutcome outcome_;
};

// What load_keras() says; warnings and details are kept.
class Loader : public Reporter {
 public:
  explicit Loader(std::filesystem::path model) { request.model = std::move(model); }

  Result<Graph> load();
  // Every problem, a line each, without the file's folder; empty if there was none.
  std::string errors();

  void warning(const Diagnostic& diagnostic) override;
  void progress(const std::string&, int, int) override {}
  void detail(const std::string& line) override { details.push_back(line); }

  ModelRequest request;
  std::vector<std::string> warnings;  // without the file's folder
  std::vector<std::string> details;

 private:
  std::string without_folder(std::string words) const;
};

// The network's results for an image.
std::vector<double> evaluate(const Graph& graph, const std::vector<float>& image);

}  // namespace slimc::frontend::testing
