#include "frontend/model_form.h"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "frontend/onnx/is_onnx.h"

namespace slimc::frontend {
namespace {

// https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html, "Format Signature". It may also stand at
// byte 512, 1024 and so on, behind a user block; Keras writes none.
constexpr std::string_view kHdf5Signature = "\x89HDF\r\n\x1a\n";

// FlatBuffers put a schema's file identifier behind the offset of the root table.
constexpr std::string_view kTfLiteIdentifier = "TFL3";
constexpr std::size_t kIdentifierOffset = 4;

// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, "The Pointer". Text that no graph
// begins with.
constexpr std::string_view kLfsPointer = "version https://git-lfs";

}  // namespace

ModelForm form_of(const std::filesystem::path& model) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(model, error)) return ModelForm::TensorFlow;
  std::array<char, kLfsPointer.size()> bytes = {};
  std::ifstream file(model, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(), static_cast<std::size_t>(file.gcount()));
  if (begin.starts_with(kHdf5Signature)) return ModelForm::Keras;
  if (begin.size() >= kIdentifierOffset &&
      begin.substr(kIdentifierOffset).starts_with(kTfLiteIdentifier)) {
    return ModelForm::TfLite;
  }
  if (begin == kLfsPointer) return ModelForm::GitLfsPointer;
  // An ONNX file that is damaged from the first byte on is that reader's to speak of, too.
  if (is_onnx_file(model) || model.extension() == ".onnx") return ModelForm::Onnx;
  // A TFLite file without its identifier is that reader's to speak of.
  if (model.extension() == ".tflite") return ModelForm::TfLite;
  return ModelForm::TensorFlow;
}

}  // namespace slimc::frontend
