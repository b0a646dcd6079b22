#include "frontend/tensorflow/checkpoint.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/proto/checkpoint.pb.h"
#include "frontend/tensorflow/table.h"
#include "frontend/tensorflow/tensor_slice.h"
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
            "net.ckpt.data-00001-of-00003: cannot be opened: No such file or directory");
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

  // A slice of "w" that is as it should be: elements [start, start + length).
  void add_slice(int start, int length) {
    auto* extent = entry_.add_slices()->add_extent();
    extent->set_start(start);
    extent->set_length(length);
    tensorflow::BundleEntryProto slice;
    slice.set_dtype(tensorflow::DT_FLOAT);
    slice.mutable_shape()->add_dim()->set_size(length);
    slice.set_offset(4 * start);
    slice.set_size(4 * length);
    slice.set_crc32c(masked_crc32c(
        kData.substr(4u * static_cast<std::size_t>(start), 4u * static_cast<std::size_t>(length))));
    slices_.emplace_back(slice_key("w", entry_.slices(entry_.slices_size() - 1)), slice);
  }

  void set_object_graph(const std::string& text) {
    const auto little_endian = [](std::uint32_t number) {
      return std::string(reinterpret_cast<const char*>(&number), sizeof number);
    };
    const std::string length = little_endian(static_cast<std::uint32_t>(text.size()));
    const std::string lengths = little_endian(masked_crc32c(length));
    more_data_ = std::string(1, static_cast<char>(text.size())) + lengths + text;
    tensorflow::BundleEntryProto entry;
    entry.set_dtype(tensorflow::DT_STRING);
    entry.set_offset(static_cast<std::int64_t>(kData.size()));
    entry.set_size(static_cast<std::int64_t>(more_data_.size()));
    entry.set_crc32c(masked_crc32c(length + lengths + text));
    slices_ = {{"_CHECKPOINTABLE_OBJECT_GRAPH", entry}};
  }

  // What opening, or reading a tensor, says.
  std::string problem(const std::string& name = "w") {
    folder_.write("net.data-00000-of-00001", kData + more_data_);
    std::map<std::string, std::string> table = {{"", header_.SerializeAsString()},
                                                {"w", entry_.SerializeAsString()}};
    for (const auto& [key, entry] : slices_) table[key] = entry.SerializeAsString();
    folder_.write("net.index", write_table(table));
    const auto checkpoint = Checkpoint::open(folder_.path("net"));
    if (!checkpoint) return folder_.without_folder(checkpoint.error().to_string());
    const auto tensor = checkpoint->read(name);
    return tensor ? "" : folder_.without_folder(tensor.error().to_string());
  }

  const std::string kData = std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8);  // 1, 2
  const ModelFolder folder_;
  tensorflow::BundleHeaderProto header_;
  tensorflow::BundleEntryProto entry_;
  std::vector<std::pair<std::string, tensorflow::BundleEntryProto>> slices_;  // or other entries
  std::string more_data_;
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
  add_slice(0, 1);
  add_slice(1, 1);
  EXPECT_EQ(problem(), "");
}

TEST_F(CheckpointEntry, InSlicesThatAreNotThere) {
  add_slice(0, 1);
  add_slice(1, 1);
  slices_.clear();
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': its slice 0,1 is not in the index\n"
            "net.index: tensor 'w': its slice 1,1 is not in the index");
}

TEST_F(CheckpointEntry, InTooFewSlices) {
  add_slice(1, 1);
  EXPECT_EQ(problem(), "net.index: tensor 'w': its slices cover 1 of 2 elements");
}

TEST_F(CheckpointEntry, InTooManySlices) {
  add_slice(0, 2);
  add_slice(1, 1);
  slices_.back().second.set_offset(0);
  EXPECT_EQ(problem(),
            "net.data-00000-of-00001: has 8 bytes, and the index says that its tensors have 12: "
            "some of them overlap");
}

TEST_F(CheckpointEntry, InSlicesThatOverlap) {
  add_slice(0, 1);
  entry_.add_slices()->CopyFrom(entry_.slices(0));
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': its slice 0,1 and another one both hold element [0]");
}

TEST_F(CheckpointEntry, InASliceOutsideOfItsShape) {
  add_slice(1, 2);
  slices_.back().second.set_offset(0);
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': its slice 1,2 lies outside of the tensor's shape [2]");
}

TEST_F(CheckpointEntry, InASliceOfAnotherSize) {
  add_slice(0, 1);
  add_slice(1, 1);
  slices_.front().second.set_size(3);
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': its slice 0,1 has 3 bytes; its 1 elements of DT_FLOAT need 4");
}

TEST_F(CheckpointEntry, InASliceOfAnotherType) {
  add_slice(0, 1);
  add_slice(1, 1);
  slices_.front().second.set_dtype(tensorflow::DT_HALF);
  EXPECT_EQ(problem(),
            "net.index: tensor 'w': is of type DT_FLOAT, and its slice 0,1 of type DT_HALF");
}

TEST_F(CheckpointEntry, InADamagedSlice) {
  add_slice(0, 1);
  add_slice(1, 1);
  slices_.back().second.set_crc32c(1);
  EXPECT_EQ(problem(), "net.data-00000-of-00001: tensor 'w': its checksum is " +
                           fmt::format("{:08x}", masked_crc32c(kData.substr(4))) +
                           ", and the index says 00000001: the data is damaged");
}

TEST_F(CheckpointEntry, ThatSharesBytesWithAnother) {
  slices_.emplace_back("v", entry_);
  EXPECT_EQ(problem(),
            "net.data-00000-of-00001: has 8 bytes, and the index says that its tensors have 16: "
            "some of them overlap");
}

// The text of a graph of objects: its length, the length's checksum, the text.
TEST_F(CheckpointEntry, WithAGraphOfObjects) {
  // nodes { attributes { name full_name checkpoint_key } }
  const std::string attribute = "\x0a\x0eVARIABLE_VALUE\x12\x01x\x1a\x01w";
  ASSERT_EQ(attribute.size(), 22u);
  set_object_graph(std::string("\x0a\x18\x12\x16", 4) + attribute);
  EXPECT_EQ(problem("x"), "");
  EXPECT_EQ(problem("y"), "net.index: tensor 'y': is not in the checkpoint");
  set_object_graph(std::string("\x0a\x1a\x12\x18", 4) + attribute);
  EXPECT_EQ(problem("x"),
            "net.index: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': is not a graph of objects: it is "
            "damaged");
  slices_.back().second.mutable_shape()->add_dim()->set_size(1);
  EXPECT_EQ(problem("x"), "net.index: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': is no single text");
  slices_.back().second.clear_shape();
  more_data_.front() = '\xff';
  slices_.back().second.set_size(1);
  EXPECT_EQ(problem("x"),
            "net.index: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': the length of its text is damaged");
  more_data_.front() = '\x1a';
  slices_.back().second.set_size(7);
  EXPECT_EQ(problem("x"),
            "net.index: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': has 7 bytes; its text of 26 needs "
            "31");
  slices_.back().second.set_dtype(tensorflow::DT_INT32);
  EXPECT_EQ(problem("x"),
            "net.index: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': is of type DT_INT32; expected "
            "DT_STRING");
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

TEST_F(CheckpointEntry, ThatIsDamaged) {
  const std::string header = header_.SerializeAsString();
  const auto words = [&](const std::map<std::string, std::string>& table) {
    folder_.write("net.index", write_table(table));
    return folder_.without_folder(Checkpoint::open(folder_.path("net")).error().to_string());
  };
  EXPECT_EQ(words({{"", header}, {slice_key("w", {}), "\x08"}, {"w", "\x08"}}),
            "net.index: the entry of a slice is damaged\n"
            "net.index: tensor 'w': its entry is damaged");
  EXPECT_EQ(words({{"", "\x08"}}), "net.index: its bundle header is damaged");
  EXPECT_EQ(words({{"w", ""}}), "net.index: has no bundle header (the empty key)");
}

TEST_F(CheckpointEntry, WithoutShards) {
  header_.set_num_shards(0);
  EXPECT_EQ(problem(), "net.index: claims 0 data files");
}

}  // namespace
}  // namespace slimc::frontend
