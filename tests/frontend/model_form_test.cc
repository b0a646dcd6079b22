#include "frontend/model_form.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/common/temporary_folder.h"

namespace slimc::frontend {
namespace {

ModelForm form_of_bytes(const std::string& bytes) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "model";
  std::ofstream(path, std::ios::binary) << bytes;
  return form_of(path);
}

TEST(ModelForm, IsSeenFromTheFirstBytes) {
  EXPECT_EQ(form_of_bytes("\x89HDF\r\n\x1a\n and more"), ModelForm::Keras);
  for (const std::size_t block : {512u, 1024u, 4096u}) {  // HDF5's user block
    EXPECT_EQ(form_of_bytes(std::string(block, 'x') + "\x89HDF\r\n\x1a\n"), ModelForm::Keras);
  }
  EXPECT_EQ(form_of_bytes(std::string(600, 'x') + "\x89HDF\r\n\x1a\n"), ModelForm::TensorFlow);
  const std::string zip = std::string("PK\x03\x04") + std::string(26, '\0');
  EXPECT_EQ(form_of_bytes(zip + "metadata.json{}"), ModelForm::Keras);
  EXPECT_EQ(form_of_bytes(zip + "config.json{}"), ModelForm::Keras);
  EXPECT_NE(form_of_bytes(zip + "net/data.pkl"), ModelForm::Keras);
  EXPECT_EQ(form_of_bytes(std::string("\x1c\0\0\0TFL3 and more", 17)), ModelForm::TfLite);
  EXPECT_EQ(form_of_bytes("node { name: \"a\" }"), ModelForm::TensorFlow);
  // ir_version 8, then an empty graph.
  EXPECT_EQ(form_of_bytes(std::string("\x08\x08\x3a\0", 4)), ModelForm::Onnx);
  EXPECT_EQ(form_of_bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
            ModelForm::GitLfsPointer);
}

TEST(ModelForm, IsTensorFlowsForWhatHasNoSignature) {
  EXPECT_EQ(form_of_bytes(""), ModelForm::TensorFlow);
  EXPECT_EQ(form_of_bytes("\x89HDF"), ModelForm::TensorFlow);
  EXPECT_EQ(form_of_bytes("TFL3"), ModelForm::TensorFlow);
  EXPECT_EQ(form_of("no/such/file"), ModelForm::TensorFlow);
  EXPECT_EQ(form_of("/"), ModelForm::TensorFlow);
}

}  // namespace
}  // namespace slimc::frontend
