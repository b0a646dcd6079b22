#include "frontend/tensorflow/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/table.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using testing::ModelFolder;
using testing::tensor;

testing::Tensors five_tensors() {
  testing::Tensors tensors;
  for (int i = 0; i < 5; ++i) {
    std::vector<float> data;
    for (int k = 0; k < 6; ++k) data.push_back(static_cast<float>(i * 10 + k));
    tensors["layer_" + std::to_string(i)] = tensor(Shape{2, 3}, data);
  }
  return tensors;
}

void expect_equal(const Checkpoint& checkpoint, const testing::Tensors& tensors) {
  for (const auto& [name, expected] : tensors) {
    const auto found = checkpoint.read(name);
    ASSERT_TRUE(found.has_value()) << found.error().to_string();
    EXPECT_EQ(found->shape, expected->shape);
    EXPECT_EQ(found->data, expected->data);
  }
}

TEST(Checkpoint, ReadsWhatWasWritten) {
  const ModelFolder folder;
  folder.write_checkpoint("net.ckpt", five_tensors());
  const auto checkpoint = Checkpoint::open(folder.path("net.ckpt"));
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().to_string();
  EXPECT_THAT(checkpoint->tensors(),
              ElementsAre("layer_0", "layer_1", "layer_2", "layer_3", "layer_4"));
  expect_equal(*checkpoint, five_tensors());
}

TEST(Checkpoint, ReadsSeveralShardsAndSnappy) {
  const ModelFolder folder;
  folder.write_checkpoint("net.ckpt", five_tensors(),
                          {.shards = 3, .compression = TableCompression::Snappy});
  EXPECT_TRUE(std::filesystem::exists(folder.path("net.ckpt.data-00002-of-00003")));
  const auto checkpoint = Checkpoint::open(folder.path("net.ckpt"));
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().to_string();
  expect_equal(*checkpoint, five_tensors());
}

TEST(Checkpoint, NamesAMissingShardAndATruncatedOne) {
  const ModelFolder folder;
  folder.write_checkpoint("net.ckpt", five_tensors(), {.shards = 3});
  std::filesystem::remove(folder.path("net.ckpt.data-00001-of-00003"));
  folder.write("net.ckpt.data-00000-of-00003", std::string(30, '\0'));
  const auto checkpoint = Checkpoint::open(folder.path("net.ckpt"));
  ASSERT_FALSE(checkpoint.has_value());
  EXPECT_EQ(folder.without_folder(checkpoint.error().to_string()),
            "net.ckpt.data-00000-of-00003: tensor 'layer_3': ends at byte 48, but the file has "
            "only 30 bytes: it is truncated\n"
            "net.ckpt.data-00001-of-00003: cannot be read: No such file or directory");
}

// One entry, as it can be made wrong, in an index of its own.
class CheckpointEntry : public ::testing::Test {
 protected:
  CheckpointEntry() {
    entry_.set_dtype(tensorflow::DT_FLOAT);
    entry_.mutable_shape()->add_dim()->set_size(2);
    entry_.set_size(8);
    entry_.set_crc32c(masked_crc32c(kData));
    header_.set_num_shards(1);
  }

  // What opening, or reading "w", says.
  std::string problem() {
    folder_.write("net.data-00000-of-00001", kData);
    folder_.write("net.index", write_table({{"", header_.SerializeAsString()},
                                            {"w", entry_.SerializeAsString()}}));
    const auto checkpoint = Checkpoint::open(folder_.path("net"));
    if (!checkpoint) return folder_.without_folder(checkpoint.error().to_string());
    const auto tensor = checkpoint->read("w");
    return tensor ? "" : folder_.without_folder(tensor.error().to_string());
  }

  const std::string kData = std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8);  // 1, 2
  const ModelFolder folder_;
  tensorflow::BundleHeaderProto header_;
  tensorflow::BundleEntryProto entry_;
};

TEST_F(CheckpointEntry, IsFineAsItIs) { EXPECT_EQ(problem(), ""); }

TEST_F(CheckpointEntry, WithAnotherChecksum) {
  entry_.set_crc32c(0x12345678);
  EXPECT_EQ(problem(),
            "net.data-00000-of-00001: tensor 'w': its checksum is 35e53c59, and the index says "
            "12345678: the data is damaged");
}

TEST_F(CheckpointEntry, OfAnIntegerType) {
  entry_.set_dtype(tensorflow::DT_INT64);
  EXPECT_EQ(problem(), "net.index: tensor 'w': is of type DT_INT64; expected DT_FLOAT");
}

TEST_F(CheckpointEntry, OfHalfPrecision) {
  entry_.set_dtype(tensorflow::DT_HALF);
  entry_.mutable_shape()->mutable_dim(0)->set_size(4);
  EXPECT_EQ(problem(), "");
}

TEST_F(CheckpointEntry, OfAnotherSizeThanItsShape) {
  entry_.mutable_shape()->add_dim()->set_size(3);
  EXPECT_EQ(problem(), "net.index: tensor 'w': has 8 bytes; its shape [2,3] of DT_FLOAT needs 24");
}

TEST_F(CheckpointEntry, OfANegativeSize) {
  entry_.set_size(-8);
  EXPECT_EQ(problem(), "net.index: tensor 'w': has the offset 0 and size -8");
}

TEST_F(CheckpointEntry, InSlices) {
  entry_.add_slices();
  entry_.add_slices();
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': is stored in 2 slices (a partitioned variable); slimc reads "
            "whole tensors only");
}

TEST_F(CheckpointEntry, InAShardThatIsNotThere) {
  entry_.set_shard_id(1);
  EXPECT_EQ(problem(), "net.index: tensor 'w': lies in data file 1 of 1");
}

TEST_F(CheckpointEntry, OfABigEndianMachine) {
  header_.set_endianness(tensorflow::BundleHeaderProto::BIG);
  EXPECT_EQ(problem(),
            "net.index: was written on a big-endian machine; slimc reads little-endian "
            "checkpoints");
}

TEST_F(CheckpointEntry, OfAFutureVersion) {
  header_.mutable_version()->set_min_consumer(7);
  EXPECT_EQ(problem(), "net.index: needs a reader of bundle version 7; slimc's is 1");
}

TEST_F(CheckpointEntry, WithoutShards) {
  header_.set_num_shards(0);
  EXPECT_EQ(problem(), "net.index: claims 0 data files");
}

}  // namespace
}  // namespace slimc::frontend
