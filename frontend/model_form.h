// Whose file a model is.
#pragma once

#include <filesystem>

namespace slimc::frontend {

enum class ModelForm {
  TensorFlow,
  Keras,
  TfLite,
  Onnx,
  GitLfsPointer,  // a few lines of text in the place of a large file that was not fetched
};

// From the first bytes; ONNX, which has no signature, from its outermost fields. What is no file (a
// prefix, a folder, nothing at all) or has no signature is left to the reader of TensorFlow's
// forms, whose files have none.
ModelForm form_of(const std::filesystem::path& model);

}  // namespace slimc::frontend
