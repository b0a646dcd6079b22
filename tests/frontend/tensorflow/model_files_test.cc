#include "frontend/tensorflow/model_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(ModelFiles, FoldersAreNoModels) {
  const ModelFolder folder;
  std::filesystem::create_directory(folder.path("net.pb"));
  EXPECT_THAT(found(folder, "net.pb"), ::testing::HasSubstr("no such model"));
}

}  // namespace
}  // namespace slimc::frontend
