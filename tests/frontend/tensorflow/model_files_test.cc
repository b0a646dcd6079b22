#include "frontend/tensorflow/model_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/table.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using testing::ModelFolder;

// "graph + checkpoint as name", for files that need nothing in them.
std::string found(const ModelFolder& folder, const std::string& model,
                  const std::string& checkpoint = "") {
  ModelRequest request;
  request.model = folder.path(model);
  if (!checkpoint.empty()) request.checkpoint = folder.path(checkpoint);
  const auto files = find_model_files(request);
  if (!files) return folder.without_folder(files.error().to_string());
  return files->graph.filename().string() + " + " + files->checkpoint.filename().string() + " as " +
         files->name;
}

void touch(const ModelFolder& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) folder.write(name, "");
}

TEST(ModelFiles, ACheckpointByAnyOfItsNames) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index", "net.ckpt.data-00000-of-00001", "net.ckpt.meta"});
  for (const std::string model :
       {"net.ckpt", "net.ckpt.index", "net.ckpt.meta", "net.ckpt.data-00000-of-00001", "net"}) {
    EXPECT_EQ(found(folder, model), "net.ckpt.meta + net.ckpt as net") << model;
  }
}

TEST(ModelFiles, AGraphBesideACheckpoint) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index", "net.pbtxt"});
  EXPECT_EQ(found(folder, "net.ckpt"), "net.pbtxt + net.ckpt as net");
  touch(folder, {"net.ckpt.meta"});
  EXPECT_EQ(found(folder, "net.ckpt"), "net.ckpt.meta + net.ckpt as net");
  touch(folder, {"net_eval.pbtxt"});
  EXPECT_EQ(found(folder, "net.ckpt"), "net_eval.pbtxt + net.ckpt as net");
}

// Who names the .meta gets it, even if it is for training.
TEST(ModelFiles, AMetaGraphByItsName) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index", "net.ckpt.meta", "net_eval.pbtxt"});
  EXPECT_EQ(found(folder, "net.ckpt.meta"), "net.ckpt.meta + net.ckpt as net");
}

TEST(ModelFiles, ACheckpointBesideAGraph) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index", "net_eval.pbtxt", "net_frozen.pb", "alone.pb"});
  EXPECT_EQ(found(folder, "net_eval.pbtxt"), "net_eval.pbtxt + net.ckpt as net");
  EXPECT_EQ(found(folder, "net_frozen.pb"), "net_frozen.pb + net.ckpt as net");
  EXPECT_EQ(found(folder, "alone.pb"), "alone.pb +  as alone");
}

TEST(ModelFiles, TheCheckpointThatTheUserNames) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index", "net_eval.pbtxt", "other.ckpt.index"});
  EXPECT_EQ(found(folder, "net_eval.pbtxt", "other.ckpt"), "net_eval.pbtxt + other.ckpt as net");
  EXPECT_EQ(found(folder, "net_eval.pbtxt", "other.ckpt.index"),
            "net_eval.pbtxt + other.ckpt as net");
  EXPECT_EQ(found(folder, "net.ckpt", "other.ckpt"), "net_eval.pbtxt + other.ckpt as net");
}

TEST(ModelFiles, NamesThatOnlyLookLikeParts) {
  const ModelFolder folder;
  touch(folder, {"net.data-1-of-2", "12345", ".index"});
  EXPECT_EQ(found(folder, "net.data-1-of-2"), "net.data-1-of-2 +  as net.data-1-of-2");
  EXPECT_EQ(found(folder, "12345"), "12345 +  as 12345");
  EXPECT_EQ(found(folder, ".index"), ".index +  as .index");
}

// tf.train.Saver adds the step.
TEST(ModelFiles, ATrainingCheckpoint) {
  const ModelFolder folder;
  touch(folder, {"model.ckpt-1234.index", "model.ckpt-1234.meta"});
  EXPECT_EQ(found(folder, "model.ckpt-1234"), "model.ckpt-1234.meta + model.ckpt-1234 as model");
}

TEST(ModelFiles, VariablesAlone) {
  const ModelFolder folder;
  touch(folder, {"net.ckpt.index"});
  EXPECT_EQ(found(folder, "net.ckpt"), " + net.ckpt as net");
}

// The smallest table that is one by its end.
void touch_v1(const ModelFolder& folder, const std::string& name) {
  folder.write(name, write_table({{"", ""}}));
}

TEST(ModelFiles, V1Checkpoints) {
  const ModelFolder folder;
  touch_v1(folder, "net.ckpt");
  touch(folder, {"model.ckpt-12-00000-of-00002", "model.ckpt-12-00001-of-00002"});
  EXPECT_EQ(found(folder, "net.ckpt"), " + net.ckpt as net");
  EXPECT_EQ(found(folder, "model.ckpt-12"), " + model.ckpt-12 as model");
  EXPECT_EQ(found(folder, "model.ckpt-12-00001-of-00002"), " + model.ckpt-12 as model");
  touch(folder, {"net_eval.pbtxt", "model.ckpt-12.meta"});
  EXPECT_EQ(found(folder, "net.ckpt"), "net_eval.pbtxt + net.ckpt as net");
  EXPECT_EQ(found(folder, "net"), "net_eval.pbtxt + net.ckpt as net");
  EXPECT_EQ(found(folder, "net_eval.pbtxt"), "net_eval.pbtxt + net.ckpt as net");
  EXPECT_EQ(found(folder, "model.ckpt-12.meta"), "model.ckpt-12.meta + model.ckpt-12 as model");
}

TEST(ModelFiles, TrainingFolders) {
  const ModelFolder folder;
  touch(folder, {"model.ckpt-1.index", "model.ckpt-2.index", "model.ckpt-2.meta", "a.pb"});
  folder.write("checkpoint", "model_checkpoint_path: \"model.ckpt-2\"");
  const std::string latest = "model.ckpt-2.meta + model.ckpt-2 as model";
  EXPECT_EQ(found(folder, ""), latest);
  EXPECT_EQ(found(folder, "checkpoint"), latest);
  EXPECT_EQ(found(folder, "a.pb", ""), "a.pb +  as a");
  EXPECT_EQ(found(folder, "a.pb", "."), "a.pb + model.ckpt-2 as a");
  EXPECT_EQ(found(folder, "a.pb", "checkpoint"), "a.pb + model.ckpt-2 as a");
}

TEST(ModelFiles, SavedModels) {
  const ModelFolder folder;
  std::filesystem::create_directories(folder.path("net/1/variables"));
  touch(folder, {"net/1/saved_model.pb", "a.pb"});
  EXPECT_EQ(found(folder, "net/1"), "saved_model.pb +  as net");
  touch(folder, {"net/1/variables/variables.index"});
  for (const std::string model : {"net/1", "net/1/", "net/1/saved_model.pb"}) {
    EXPECT_EQ(found(folder, model), "saved_model.pb + variables as net") << model;
  }
  EXPECT_EQ(found(folder, "a.pb", "net/1"), "a.pb + variables as a");
}

TEST(ModelFiles, FoldersThatAreNoModels) {
  const ModelFolder folder;
  std::filesystem::create_directory(folder.path("net.pb"));
  EXPECT_EQ(found(folder, "net.pb"),
            "net.pb: is a folder with neither a saved_model.pb nor a `checkpoint` file");
  touch(folder, {"net.pb/a.ckpt.index", "net.pb/a.ckpt.data-00000-of-00001", "net.pb/a.h5",
                 "net.pb/notes.txt"});
  touch_v1(folder, "net.pb/b.ckpt");
  EXPECT_EQ(found(folder, "net.pb"),
            "net.pb: is a folder with neither a saved_model.pb nor a `checkpoint` file; give one "
            "of its files as MODEL: a.ckpt, a.h5, b.ckpt");
  touch(folder, {"net.pb/checkpoint", "net.pb/saved_model.pb"});
  EXPECT_EQ(found(folder, "net.pb"),
            "net.pb: has both a SavedModel and a training checkpoint; give one of "
            "net.pb/saved_model.pb and net.pb/checkpoint as MODEL");
}

TEST(ModelFiles, CheckpointsThatAreNone) {
  const ModelFolder folder;
  touch(folder, {"a.pb", "b.txt"});
  std::filesystem::create_directory(folder.path("empty"));
  EXPECT_EQ(found(folder, "a.pb", "b.txt"), "b.txt: is no checkpoint");
  EXPECT_EQ(found(folder, "a.pb", "empty"),
            "empty: is a folder without a `checkpoint` file; name the checkpoint in it");
}

}  // namespace
}  // namespace slimc::frontend
