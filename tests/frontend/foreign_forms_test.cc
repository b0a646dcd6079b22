// tests/tool/foreign_golden_test.cc has the words of every form.
#include "frontend/foreign_forms.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/common/temporary_folder.h"
#include "tests/frontend/foreign_samples.h"

namespace slimc::frontend {
namespace {

using namespace std::string_literals;

std::string words_of(const std::string& bytes, const std::string& name = "model") {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / name, std::ios::binary) << bytes;
  return foreign_form(folder.path() / name).value_or("none");
}

TEST(ForeignForm, IsNoneOfSlimcsOwn) {
  EXPECT_EQ(words_of("node { name: \"a\" }"), "none");
  EXPECT_EQ(words_of("# a comment\n\n  node {\n"), "none");
  EXPECT_EQ(words_of("node{name:'a'}"), "none");
  EXPECT_EQ(words_of("node <\n  name: \"a\"\n>"), "none");
  EXPECT_EQ(words_of("versions { producer: 27 }\n"), "none");
  EXPECT_EQ(words_of("model_checkpoint_path: \"net.ckpt\"\n"), "none");
  EXPECT_EQ(words_of("meta_info_def {\n"), "none");
  // GraphDef with a Placeholder; a ModelProto of ONNX; HDF5; TFLite; a zip of Keras 3.
  EXPECT_EQ(words_of("\x0a\x12\x0a\x05input\x12\x0bPlaceholder"), "none");
  EXPECT_EQ(words_of("\x08\x08\x12\x07pytorch\x3a\x02\x0a\0"s, "net.onnx"), "none");
  EXPECT_EQ(words_of("\x89HDF\r\n\x1a\n"), "none");
  EXPECT_EQ(words_of("\x1c\0\0\0TFL3 and more"s), "none");
  EXPECT_EQ(words_of(testing::zip_of({"metadata.json", "config.json", "model.weights.h5"})),
            "none");
}

TEST(ForeignForm, IsNoneOfWhatIsNotThere) {
  EXPECT_EQ(foreign_form("no/such/file"), std::nullopt);
  EXPECT_EQ(foreign_form(""), std::nullopt);
  EXPECT_EQ(foreign_form("/dev/null"), std::nullopt);
}

// A checkpoint's prefix may be the name of some other file.
TEST(ForeignForm, IsNoneBesideAnIndex) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "net.ckpt") << "notes";
  EXPECT_NE(foreign_form(folder.path() / "net.ckpt"), std::nullopt);
  std::ofstream(folder.path() / "net.ckpt.index") << "x";
  EXPECT_EQ(foreign_form(folder.path() / "net.ckpt"), std::nullopt);
}

// Whatever lengths a file claims.
TEST(ForeignForm, BearsLies) {
  std::string header = testing::zip_of({"net/data.pkl"});
  header.resize(30);
  EXPECT_EQ(words_of(header), "is a zip archive; unpack it and give the model inside");
  EXPECT_EQ(words_of("PK\x03\x04"), "is a zip archive; unpack it and give the model inside");
  EXPECT_EQ(words_of("\xff\xff\xff\xff\xff\xff\xff\xff{\"dtype\""), "none");
  EXPECT_EQ(words_of("\x0a\x7f"), "none");
  EXPECT_EQ(words_of("BM\xff\xff\xff\xff"), "none");
}

// Beginnings of every sample.
TEST(ForeignForm, BearsFilesCutShort) {
  const testing::TemporaryFolder folder;
  for (const testing::ForeignSample& sample : testing::foreign_samples()) {
    if (sample.name.ends_with('/')) continue;
    for (std::size_t size = 0; size < std::min<std::size_t>(sample.bytes.size(), 60); size += 3) {
      std::ofstream(folder.path() / sample.name, std::ios::binary) << sample.bytes.substr(0, size);
      foreign_form(folder.path() / sample.name);
    }
  }
}

TEST(ForeignForm, FindsWhatLiesFarIn) {
  const std::string far = std::string(65533, '\0') + "edgetpu-custom-op";
  EXPECT_NE(words_of("\x1c\0\0\0TFL3"s + far), "none");
}

// Such a file costs its owner nothing (it is sparse), and can be none of any kind.
TEST(ForeignForm, DoesNotSearchWhatIsTooLarge) {
  const testing::TemporaryFolder folder;
  const auto path = folder / "model.tflite";
  std::ofstream(path, std::ios::binary) << "\x1c\0\0\0TFL3"s + "edgetpu-custom-op";
  EXPECT_TRUE(foreign_form(path));
  std::filesystem::resize_file(path, std::uintmax_t{50} << 30);
  EXPECT_FALSE(foreign_form(path));
}

}  // namespace
}  // namespace slimc::frontend
