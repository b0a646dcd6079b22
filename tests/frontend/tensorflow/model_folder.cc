#include "tests/frontend/tensorflow/model_folder.h"

#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <cassert>
#include <fstream>
#include <iterator>
#include <system_error>

#include "frontend/tensorflow/checkpoint.h"

namespace slimc::frontend::testing {

namespace fs = std::filesystem;

std::shared_ptr<const Tensor> tensor(Shape shape, std::vector<float> data) {
  return std::make_shared<const Tensor>(Tensor{std::move(shape), std::move(data)});
}

ModelFolder::ModelFolder() {
  std::string pattern = (fs::temp_directory_path() / "slimc-frontend-XXXXXX").string();
  [[maybe_unused]] const char* made = ::mkdtemp(pattern.data());
  assert(made != nullptr);
  folder_ = pattern;
}

ModelFolder::~ModelFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void ModelFolder::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path(name), std::ios::binary) << bytes;
}

std::string ModelFolder::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void ModelFolder::write_text(const std::string& name, const tensorflow::GraphDef& def) const {
  std::string text;
  google::protobuf::TextFormat::PrintToString(def, &text);
  write(name, text);
}

void ModelFolder::write_checkpoint(const std::string& prefix, const Tensors& tensors,
                                   const CheckpointOptions& options) const {
  const CheckpointBytes bytes = frontend::write_checkpoint(tensors, options);
  write(index_path(prefix).string(), bytes.index);
  for (int i = 0; i < options.shards; ++i) {
    write(shard_path(prefix, i, options.shards).string(),
          bytes.shards[static_cast<std::size_t>(i)]);
  }
}

Result<Graph> ModelFolder::load(const std::string& model, const std::string& checkpoint) const {
  ModelRequest request;
  request.model = path(model);
  if (!checkpoint.empty()) request.checkpoint = path(checkpoint);
  SilentReporter reporter;
  return load_model(request, reporter);
}

std::string ModelFolder::load_errors(const std::string& model,
                                     const std::string& checkpoint) const {
  const Result<Graph> result = load(model, checkpoint);
  return result ? "" : without_folder(result.error().to_string());
}

std::string ModelFolder::without_folder(std::string words) const {
  const std::string folder = folder_.string() + "/";
  for (std::size_t at = words.find(folder); at != std::string::npos; at = words.find(folder, at)) {
    words.erase(at, folder.size());
  }
  return words;
}

fs::path shared_models() { return fs::path(SLIMC_SOURCE_DIR) / ".." / "shared" / "models"; }

}  // namespace slimc::frontend::testing
