#include "frontend/tensorflow/checkpoint_state.h"

#include <gtest/gtest.h>

#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using testing::ModelFolder;

class CheckpointStateFile : public ::testing::Test {
 protected:
  // The latest checkpoint that a file of this text names, or what is wrong with it.
  std::string latest(const std::string& text) const {
    folder_.write("checkpoint", text);
    const auto path = latest_checkpoint(folder_.path("checkpoint"));
    return folder_.without_folder(path ? path->string() : path.error().to_string());
  }

  const ModelFolder folder_;
};

TEST_F(CheckpointStateFile, NamesTheLatest) {
  folder_.write("model.ckpt-2.index", "");
  folder_.write("model.ckpt-1.index", "");
  EXPECT_EQ(latest("model_checkpoint_path: \"model.ckpt-2\"\n"
                   "all_model_checkpoint_paths: \"model.ckpt-1\"\n"
                   "all_model_checkpoint_paths: \"model.ckpt-2\"\n"
                   "all_model_checkpoint_timestamps: 1.5e9\n"
                   "last_preserved_timestamp: 1.5e9\n"),
            "model.ckpt-2");
}

TEST_F(CheckpointStateFile, MayNameAFolderThatWasMoved) {
  folder_.write("model.ckpt-2.index", "");
  EXPECT_EQ(latest("model_checkpoint_path: \"/tmp/train/model.ckpt-2\""), "model.ckpt-2");
  EXPECT_EQ(latest("model_checkpoint_path: \"train/model.ckpt-2\""), "model.ckpt-2");
  EXPECT_EQ(latest("model_checkpoint_path: \"" + folder_.path("model.ckpt-2").string() + "\""),
            "model.ckpt-2");
}

TEST_F(CheckpointStateFile, OfACheckpointThatIsNotThere) {
  EXPECT_EQ(latest("model_checkpoint_path: \"model.ckpt-2\""),
            "checkpoint: its latest checkpoint is not there; looked for model.ckpt-2");
  folder_.write("model.ckpt-1.index", "");
  EXPECT_EQ(latest("model_checkpoint_path: \"/tmp/x/model.ckpt-2\"\n"
                   "all_model_checkpoint_paths: \"/tmp/x/model.ckpt-0\"\n"
                   "all_model_checkpoint_paths: \"/tmp/x/model.ckpt-1\"\n"),
            "checkpoint: its latest checkpoint is not there; looked for /tmp/x/model.ckpt-2, "
            "model.ckpt-2; of the others that it names there are model.ckpt-1");
}

TEST_F(CheckpointStateFile, OfOtherContent) {
  EXPECT_EQ(latest(""), "checkpoint: names no model_checkpoint_path");
  EXPECT_EQ(latest("model_checkpoint_path: 7"), "checkpoint:1:24: Expected string, got: 7");
}

}  // namespace
}  // namespace slimc::frontend
