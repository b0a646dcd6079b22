#include "frontend/tensorflow/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "frontend/tensor_checks.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/object_graph.h"
#include "frontend/tensorflow/tensor_slice.h"
#include "frontend/tensorflow/v1_checkpoint.h"
#include "frontend/tensorflow/v2_checkpoint.h"

namespace slimc::frontend {

namespace fs = std::filesystem;

bool is_checkpoint(const fs::path& prefix) {
  return V2Checkpoint::is_at(prefix) || V1Checkpoint::is_at(prefix);
}

Result<Checkpoint> Checkpoint::open(const fs::path& prefix) {
  Checkpoint checkpoint;
  if (!V2Checkpoint::is_at(prefix) && V1Checkpoint::is_at(prefix)) {
    SLIMC_ASSIGN(checkpoint.files_, V1Checkpoint::open(prefix));
  } else {
    SLIMC_ASSIGN(checkpoint.files_, V2Checkpoint::open(prefix));
  }
  SLIMC_TRY(checkpoint.read_object_graph());
  return checkpoint;
}

Result<Checkpoint> Checkpoint::parse_v1(std::string_view bytes, const fs::path& file) {
  Checkpoint checkpoint;
  SLIMC_ASSIGN(checkpoint.files_, V1Checkpoint::parse(bytes, file));
  SLIMC_TRY(checkpoint.read_object_graph());
  return checkpoint;
}

Result<void> Checkpoint::read_object_graph() {
  const auto& tensors = files_->tensors();
  const auto graph = tensors.find(kObjectGraphKey);
  if (graph == tensors.end()) return {};
  SLIMC_ASSIGN(const std::string bytes, files_->read_text(graph->second));
  const auto keys = variable_keys(bytes);
  if (!keys) return fail(files_->about(graph->second, keys.error()));
  for (const auto& [name, key] : *keys) {
    if (tensors.count(name) == 0 && tensors.count(key) != 0) keys_.emplace(name, key);
  }
  return {};
}

const StoredTensor* Checkpoint::find(const std::string& tensor) const {
  const auto& tensors = files_->tensors();
  const auto key = keys_.find(tensor);
  const auto it = tensors.find(key == keys_.end() ? tensor : key->second);
  return it == tensors.end() ? nullptr : &it->second;
}

std::vector<std::string> Checkpoint::tensors() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : files_->tensors()) names.push_back(name);
  for (const auto& [name, key] : keys_) names.push_back(name);
  return names;
}

Result<Shape> Checkpoint::shape(const std::string& tensor) const {
  const StoredTensor& stored = *find(tensor);
  auto shape = to_shape(stored.shape);
  if (!shape) return fail(files_->about(stored, shape.error()));
  return *shape;
}

Result<Tensor> Checkpoint::read(const std::string& tensor) const {
  const StoredTensor* stored = find(tensor);
  if (stored == nullptr) {
    StoredTensor missing;
    missing.key = tensor;
    return fail(files_->about(missing, "is not in the checkpoint"));
  }
  if (floating_size(stored->type) == 0) {
    return fail(
        files_->about(*stored, "is of type " + name_of(stored->type) + "; expected DT_FLOAT"));
  }
  SLIMC_ASSIGN(Shape dims, shape(tensor));
  Tensor result{std::move(dims), {}};
  if (stored->slices.empty()) {
    SLIMC_ASSIGN(result.data, files_->read(*stored, 0, result.shape.elements()));
  } else {
    SLIMC_ASSIGN(result.data, read_slices(*stored, result.shape));
  }
  if (const auto problem = find_non_finite(result)) {
    return fail({.file = files_->file_of(*stored, 0).string(),
                 .subject = "tensor '" + stored->key + "'",
                 .message = *problem + "; weights must be finite"});
  }
  return result;
}

Result<std::vector<float>> Checkpoint::read_slices(const StoredTensor& stored,
                                                   const Shape& shape) const {
  std::vector<TensorSlice> slices;
  std::vector<std::vector<float>> elements;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < stored.slices.size(); ++i) {
    auto slice = to_slice(stored.slices[i], shape);
    if (!slice) {
      return fail(files_->about(
          stored, fmt::format("its slice {} {}", to_string(stored.slices[i]), slice.error())));
    }
    total += slice->shape.elements();
    // Before more is read than the tensor can hold.
    if (total > shape.elements()) {
      return fail(files_->about(stored, fmt::format("its slices hold more than the {} elements of "
                                                    "its shape {}: they overlap",
                                                    shape.elements(), shape.to_string())));
    }
    SLIMC_ASSIGN(auto values, files_->read(stored, i, slice->shape.elements()));
    slices.push_back(std::move(*slice));
    elements.push_back(std::move(values));
  }
  auto whole = assemble(shape, slices, elements);
  if (!whole) return fail(files_->about(stored, whole.error()));
  return std::move(*whole);
}

}  // namespace slimc::frontend
