// A folder of its own for a test, with models in it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "frontend/frontend.h"
#include "frontend/tensorflow/checkpoint_writer.h"
#include "frontend/tensorflow/proto/graph.pb.h"
#include "ir/graph.h"

namespace slimc::frontend::testing {

using Tensors = std::map<std::string, std::shared_ptr<const Tensor>>;

std::shared_ptr<const Tensor> tensor(Shape shape, std::vector<float> data);

// Removed, with all that is in it, at the end of the test.
class ModelFolder {
 public:
  ModelFolder();
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;
  ~ModelFolder();

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  void write_text(const std::string& name, const tensorflow::GraphDef& def) const;
  // NAME.index and its shards.
  void write_checkpoint(const std::string& prefix, const Tensors& tensors,
                        const CheckpointOptions& options = {}) const;

  Result<Graph> load(const std::string& model, const std::string& checkpoint = "") const;

  // What load() says when it fails, with the folder's path cut out of it; "" when it does not.
  std::string load_errors(const std::string& model, const std::string& checkpoint = "") const;
  std::string without_folder(std::string words) const;

 private:
  std::filesystem::path folder_;
};

// The real weights, which not every machine has.
std::filesystem::path shared_models();

}  // namespace slimc::frontend::testing
