#include "frontend/model_form.h"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "frontend/onnx/is_onnx.h"

namespace slimc::frontend {
namespace {

// https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html, "Format Signature". It may also stand at
// byte 512, 1024 and so on, behind a user block.
constexpr std::string_view kHdf5Signature = "\x89HDF\r\n\x1a\n";
constexpr std::streamoff kFirstUserBlock = 512;

bool has_hdf5_behind_user_block(std::ifstream& file) {
  file.clear();
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg();
  std::array<char, kHdf5Signature.size()> bytes = {};
  for (std::streamoff at = kFirstUserBlock; at < size; at *= 2) {
    file.clear();
    file.seekg(at);
    file.read(bytes.data(), bytes.size());
    if (std::string_view(bytes.data(), static_cast<std::size_t>(file.gcount())) == kHdf5Signature) {
      return true;
    }
  }
  return false;
}

// A zip archive begins with the header of its first file, whose name stands at byte 30
// (PKWARE's APPNOTE.TXT, 4.3.7). Keras writes metadata.json, then config.json; PyTorch's zips begin
// otherwise.
constexpr std::string_view kZipSignature = "PK\x03\x04";
constexpr std::size_t kZipName = 30;

bool is_keras_zip(std::string_view begin, const std::filesystem::path& model) {
  if (!begin.starts_with("PK")) return false;
  if (model.extension() == ".keras") return true;
  if (!begin.starts_with(kZipSignature) || begin.size() < kZipName) return false;
  const std::string_view name = begin.substr(kZipName);
  return name.starts_with("metadata.json") || name.starts_with("config.json");
}

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
  std::array<char, 64> bytes = {};
  std::ifstream file(model, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(), static_cast<std::size_t>(file.gcount()));
  if (begin.starts_with(kHdf5Signature) || is_keras_zip(begin, model)) return ModelForm::Keras;
  if (begin.size() >= kIdentifierOffset &&
      begin.substr(kIdentifierOffset).starts_with(kTfLiteIdentifier)) {
    return ModelForm::TfLite;
  }
  if (begin.starts_with(kLfsPointer)) return ModelForm::GitLfsPointer;
  if (has_hdf5_behind_user_block(file)) return ModelForm::Keras;
  // An ONNX file that is damaged from the first byte on is that reader's to speak of, too.
  if (is_onnx_file(model) || model.extension() == ".onnx") return ModelForm::Onnx;
  // A TFLite file without its identifier is that reader's to speak of.
  if (model.extension() == ".tflite") return ModelForm::TfLite;
  return ModelForm::TensorFlow;
}

}  // namespace slimc::frontend
