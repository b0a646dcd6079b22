// ONNX Runtime through its C interface, loaded from a libonnxruntime.so.1 wherever it lies.
//
// The npm package carries the library without its header, so the few functions that are needed are
// declared here. The interface is a table of functions whose order is fixed for good: the public
// header include/onnxruntime/core/session/onnxruntime_c_api.h of github.com/microsoft/onnxruntime
// documents it (struct OrtApi), and releases only append to it. That the table is the one that we
// think it is, is checked when it is loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/result.h"

namespace slimc::peers {

// A model with one input and one output, both float32.
class OnnxRuntimeSession {
 public:
  // `input_shape` is the model's own (NCHW); `outputs` the number of its result's values.
  static Result<std::unique_ptr<OnnxRuntimeSession>> create(
      const std::string& library, const std::string& model_bytes, int threads,
      const std::vector<std::int64_t>& input_shape, const std::vector<std::int64_t>& output_shape);
  OnnxRuntimeSession(const OnnxRuntimeSession&) = delete;
  OnnxRuntimeSession& operator=(const OnnxRuntimeSession&) = delete;
  ~OnnxRuntimeSession();

  const std::string& version() const { return version_; }
  float* input() { return input_.data(); }
  // Reads input() and writes output(), which were given to the session beforehand.
  Result<void> run();
  const std::vector<float>& output() const { return output_; }

 private:
  struct Objects;  // the library and what was made with it
  OnnxRuntimeSession();

  std::unique_ptr<Objects> objects_;
  std::string version_;
  std::vector<float> input_, output_;
};

}  // namespace slimc::peers
