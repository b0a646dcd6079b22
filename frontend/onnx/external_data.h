// Weights in files beside a model, as models above 2 GB and many exporters have them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "frontend/onnx/onnx.pb.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

class ExternalData {
 public:
  explicit ExternalData(const std::filesystem::path& model) : folder_(model.parent_path()) {}

  // The bytes that a tensor's external_data names. The path comes from a stranger's file, so it
  // must lead to a plain file in the model's folder or below, not through links; the part that is
  // read must lie in the file. Failures have no subject: the caller knows the tensor.
  Result<std::string> read(const schema::TensorProto& tensor, std::uint64_t expected_bytes);

  // The sizes of all files that have been opened.
  std::uint64_t bytes() const { return bytes_; }

 private:
  Result<std::filesystem::path> open(const std::string& location);

  std::filesystem::path folder_;
  std::map<std::filesystem::path, std::uint64_t> sizes_;  // of the files that are checked
  std::uint64_t bytes_ = 0;
};

}  // namespace slimc::frontend::onnx
