// Files that are damaged, hostile, or not Keras'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>

#include "frontend/keras/hdf5/limits.h"
#include "frontend/keras/read_hdf5.h"
#include "tests/frontend/keras/keras_files.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BrokenKerasFile : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<testing::ScriptedFolder>("make_broken.py");
  }
  static void TearDownTestSuite() { files_.reset(); }

  void SetUp() override {
    ASSERT_EQ(files_->outcome().failed, "");
    if (!files_->outcome().skipped.empty()) GTEST_SKIP() << files_->outcome().skipped;
  }

  static std::string errors(const std::string& name) {
    return testing::Loader(*files_ / name).errors();
  }

  static std::unique_ptr<testing::ScriptedFolder> files_;
};
std::unique_ptr<testing::ScriptedFolder> BrokenKerasFile::files_;

TEST_F(BrokenKerasFile, ThatHdf5CannotOpen) {
  EXPECT_EQ(errors("text.h5"), "text.h5: cannot be read as HDF5: file signature not found");
  EXPECT_THAT(errors("cut.h5"), StartsWith("cut.h5: cannot be read as HDF5: truncated file"));
  EXPECT_THAT(errors("signature.h5"), StartsWith("signature.h5: cannot be read as HDF5: "));
  EXPECT_EQ(errors("missing.h5"), "missing.h5: cannot be read as HDF5: No such file or directory");
}

TEST_F(BrokenKerasFile, WithLinks) {
  EXPECT_EQ(errors("soft_link.h5"),
            "soft_link.h5: 'other': is a link to another place or file; slimc does not follow "
            "links");
  EXPECT_EQ(errors("external_link.h5"),
            "external_link.h5: 'other': is a link to another place or file; slimc does not follow "
            "links");
  EXPECT_THAT(errors("cycle.h5"), HasSubstr("'conv1/again': is a group that holds itself"));
  EXPECT_THAT(errors("cycles.h5"), HasSubstr("'loop00': is a group that holds itself\n"));
  EXPECT_EQ(
      errors("deep.h5"),
      "deep.h5: 'a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/"
      "a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/a/b/c/d/e/f/g/h/a': groups are nested deeper than 64");
}

TEST_F(BrokenKerasFile, WithValuesThatAreNotRead) {
  EXPECT_EQ(errors("huge.h5"),
            "huge.h5: 'weights': declares the shape [262144,262144], more values than a file of "
            "this size can hold");
  EXPECT_EQ(errors("no_values.h5"),
            "no_values.h5: 'weights': declares the shape [100,100] and stores no values");
  EXPECT_EQ(errors("huge_chunk.h5"),
            "huge_chunk.h5: 'weights': is stored in chunks of 268435456 values, more than slimc "
            "reads");
  EXPECT_EQ(errors("filter.h5"),
            "filter.h5: 'weights': is stored with HDF5's filter 32000; slimc reads gzip, shuffle "
            "and fletcher32");
  EXPECT_EQ(errors("external_values.h5"),
            "external_values.h5: 'weights': has its values in another file; slimc reads one file "
            "only");
  EXPECT_EQ(errors("virtual.h5"),
            "virtual.h5: 'weights': has its values in another file; slimc reads one file only");
  EXPECT_EQ(errors("rank.h5"), "rank.h5: 'weights': has 9 dimensions; slimc reads up to 8");
}

TEST_F(BrokenKerasFile, WithAttributesThatAreNotRead) {
  EXPECT_EQ(errors("no_string.h5"), "no_string.h5: its attribute 'layer_names' is no string");
  EXPECT_EQ(errors("long_attribute.h5"),
            "long_attribute.h5: its attribute 'keras_version' is longer than slimc reads");
}

TEST_F(BrokenKerasFile, WithMoreProblemsThanAreListed) {
  EXPECT_THAT(
      errors("many_problems.h5"),
      HasSubstr("'link19': is a link to another place or file; slimc does not follow links\n"
                "many_problems.h5: has more problems than these 20"));
}

TEST_F(BrokenKerasFile, ThatIsNotKeras) {
  EXPECT_EQ(errors("nothing.h5"),
            "nothing.h5: is no file of Keras': it has no attribute layer_names");
  EXPECT_EQ(
      errors("keras3.weights.h5"),
      "keras3.weights.h5: holds weights alone, which do not say how its layers are connected; "
      "slimc reads those of MobileNet of keras.applications, and this has other layers: 0 of "
      "class 'batch_normalization', expected 27, 1 of class 'conv2d', expected 14 or 15, 0 "
      "of class 'depthwise_conv2d', expected 13, 0 of class 're_lu', expected 27, 0 of class "
      "'zero_padding2d', expected 4; save the whole model (model.save(\"net.keras\"))");
  EXPECT_EQ(errors("only_config.h5"),
            "only_config.h5: has a model_config and no group model_weights");
  EXPECT_EQ(errors("no_group.h5"),
            "no_group.h5: layer 'conv1': stands in layer_names, and has no group with "
            "weight_names");
}

TEST_F(BrokenKerasFile, OfWeightsAloneThatIsNotMobileNet) {
  const std::string words =
      ": holds weights alone, from which slimc reads MobileNet of keras.applications; ";
  EXPECT_EQ(errors("missing_layers.h5"),
            "missing_layers.h5" + words + "these layers are missing: 'conv_dw_3', 'conv_pw_7_bn'");
  EXPECT_EQ(errors("strange_layers.h5"),
            "strange_layers.h5" + words + "these layers are not its: 'dense_1', 'leaky_re_lu_1'");
  EXPECT_EQ(errors("strange_pads.h5"),
            "strange_pads.h5: has padding layers conv1_pad and in front of the blocks 2, 6, 12; no "
            "MobileNet of keras.applications has these");
  EXPECT_EQ(errors("no_pool.h5"),
            "no_pool.h5: has the layer conv_preds and no global_average_pooling2d in front of it");
}

TEST_F(BrokenKerasFile, OfWeightsAloneWithWrongWeights) {
  EXPECT_THAT(errors("wrong_weights.h5"), HasSubstr("conv_dw_2_bn"));
  EXPECT_THAT(
      errors("wrong_weights.h5"),
      HasSubstr("wrong_weights.h5: layer 'conv_pw_5_bn': has no weight 'beta' in the file"));
  EXPECT_THAT(errors("wrong_weights.h5"),
              HasSubstr("wrong_weights.h5: layer 'conv_preds': its weight 'conv_preds/bias:0': "
                        "element 3 ([3]) is NaN; weights must be finite"));
  EXPECT_EQ(errors("wrong_kernel.h5"),
            "wrong_kernel.h5: layer 'conv1': its weight 'kernel' has the shape [9], expected "
            "[kh,kw,ci,co]");
}

TEST_F(BrokenKerasFile, WhateverItDoesToTheLibrary) {
  const auto words = [](auto change) {
    ProcessOutcome outcome;
    change(outcome);
    return describe_failure(outcome);
  };
  EXPECT_EQ(words([](auto& outcome) { outcome.signal = SIGSEGV; }),
            "HDF5's library crashed on it (signal 11): it is damaged");
  EXPECT_EQ(words([](auto& outcome) { outcome.signal = SIGXCPU; }),
            "HDF5's library worked on it for 4 s without an end: it is damaged");
  EXPECT_EQ(words([](auto& outcome) { outcome.timed_out = true; }),
            "HDF5's library did not come to an end with it in 60 s: it is damaged");
  EXPECT_EQ(words([](auto& outcome) { outcome.exit_code = hdf5::kExitOutOfMemory; }),
            "asks for more memory than its size explains: it is damaged");
  EXPECT_EQ(words([](auto& outcome) {
              outcome.exit_code = hdf5::kExitUnreadable;
              outcome.output = "bad symbol table\n";
            }),
            "cannot be read as HDF5: bad symbol table");
  EXPECT_EQ(words([](auto&) {}), "");
}

// Each is read, or is a failure in words; none is a crash of ours, nor a hang.
TEST_F(BrokenKerasFile, CutAndChangedAnywhere) {
  std::ifstream stream(*files_ / "soft_link.h5", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  const slimc::testing::TemporaryFolder folder;
  const auto outcome = [&](const std::string& bytes) {
    std::ofstream(folder / "x.h5", std::ios::binary) << bytes;
    return testing::Loader(folder / "x.h5").errors();
  };
  for (std::size_t size = 0; size < whole.size(); size += 411) {
    EXPECT_THAT(outcome(whole.substr(0, size)), StartsWith("x.h5: cannot be read as HDF5: "))
        << size;
  }
  for (std::size_t at = 0; at < whole.size(); at += 107) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    EXPECT_THAT(outcome(damaged), StartsWith("x.h5: ")) << at;
  }
}

}  // namespace
}  // namespace slimc::frontend
