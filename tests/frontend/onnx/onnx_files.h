// Models that the Python scripts beside this file write, and small ones built here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/onnx/onnx.pb.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"
#include "tests/common/temporary_folder.h"

namespace slimc::frontend::testing {

namespace schema = onnx::schema;

// ../shared/models.
std::filesystem::path shared_models();

// A folder that a script has filled, for all tests of a suite. Debian's Python runs it, which has
// python3-onnx.
class ScriptedFolder {
 public:
  explicit ScriptedFolder(const std::string& script, const std::vector<std::string>& more = {});
  const std::string& skipped() const { return skipped_; }  // why, if tests cannot be run
  const std::string& failed() const { return failed_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  // The lines of a file.
  std::vector<std::string> lines(const std::string& name) const;

 private:
  slimc::testing::TemporaryFolder folder_;
  std::string skipped_, failed_;
};

// What load_model() says; warnings and details are kept, without the file's folder.
class Loader : public Reporter {
 public:
  explicit Loader(std::filesystem::path model) { request.model = std::move(model); }

  Result<Graph> load();
  Result<Graph> read(const std::string& bytes);  // as `request.model`
  // Every problem, a line each; empty if there was none.
  std::string errors();
  std::string errors_of(const std::string& bytes);

  void warning(const Diagnostic& diagnostic) override;
  void progress(const std::string&, int, int) override {}
  void detail(const std::string& line) override { details.push_back(without_folder(line)); }

  ModelRequest request;
  std::vector<std::string> warnings, details;

 private:
  std::string without_folder(std::string words) const;
};

// A model under construction: schema messages, with the usual things in few words.
class ModelBuilder {
 public:
  explicit ModelBuilder(std::int64_t opset = 13, std::vector<std::int64_t> input = {1, 3, 8, 8});

  schema::GraphProto& graph() { return *model.mutable_graph(); }
  schema::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::string& output);
  schema::TensorProto& floats(const std::string& name, const std::vector<std::int64_t>& dims,
                              float value = 0.5f);
  schema::TensorProto& integers(const std::string& name, const std::vector<std::int64_t>& values);
  void output(const std::string& name);
  std::string bytes() const { return model.SerializeAsString(); }

  schema::ModelProto model;
};

void set(schema::NodeProto& node, const std::string& name, std::int64_t value);
void set(schema::NodeProto& node, const std::string& name, float value);
void set(schema::NodeProto& node, const std::string& name, const std::string& value);
void set(schema::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);

}  // namespace slimc::frontend::testing
