#include "frontend/tensorflow/v1_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/proto/v1_checkpoint.pb.h"
#include "frontend/tensorflow/table.h"
#include "frontend/tensorflow/tensor_slice.h"
#include "tests/frontend/tensorflow/model_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using testing::ModelFolder;

// "w" [2,2] in two slices and a scalar "step", as they can be made wrong. real_forms_test.cc has
// files that slimc's messages did not write.
class V1 : public ::testing::Test {
 protected:
  V1() {
    auto* meta = meta_.mutable_meta();
    meta->mutable_versions()->set_producer(1);
    auto* w = meta->add_tensor();
    w->set_name("w");
    w->set_type(tensorflow::DT_FLOAT);
    w->mutable_shape()->add_dim()->set_size(2);
    w->mutable_shape()->add_dim()->set_size(2);
    for (int i = 0; i < 2; ++i) {
      auto* slice = w->add_slice();
      slice->add_extent();
      slice->add_extent()->set_length(1);
      slice->mutable_extent(1)->set_start(i);
      tensorflow::SavedSlice& data = *slices_[i].mutable_data();
      data.set_name("w");
      *data.mutable_slice() = *slice;
      data.mutable_data()->add_float_val(static_cast<float>(i));
      data.mutable_data()->add_float_val(static_cast<float>(2 + i));
    }
    auto* step = meta->add_tensor();
    step->set_name("step");
    step->set_type(tensorflow::DT_INT64);
    step->add_slice();
    step_.mutable_data()->set_name("step");
    step_.mutable_data()->mutable_data()->add_int64_val(1234);
  }

  std::map<std::string, std::string> table() const {
    std::map<std::string, std::string> pairs = {{"", meta_.SerializeAsString()},
                                                {slice_key("step", {}), step_.SerializeAsString()}};
    const auto& w = meta_.meta().tensor(0);
    for (int i = 0; i < 2; ++i) {
      pairs[slice_key("w", w.slice(i))] = slices_[i].SerializeAsString();
    }
    return pairs;
  }

  std::string problem(const std::string& name = "w") const {
    folder_.write("net", write_table(table(), TableCompression::Snappy));
    return problem_of("net", name);
  }

  std::string problem_of(const std::string& prefix, const std::string& name = "w") const {
    const auto checkpoint = Checkpoint::open(folder_.path(prefix));
    if (!checkpoint) return folder_.without_folder(checkpoint.error().to_string());
    const auto tensor = checkpoint->read(name);
    return tensor ? "" : folder_.without_folder(tensor.error().to_string());
  }

  const ModelFolder folder_;
  tensorflow::SavedTensorSlices meta_, slices_[2], step_;
};

TEST_F(V1, IsReadAsItIs) {
  EXPECT_EQ(problem(), "");
  const auto checkpoint = Checkpoint::open(folder_.path("net"));
  EXPECT_THAT(checkpoint->tensors(), ElementsAre("step", "w"));
  EXPECT_EQ(checkpoint->read("w")->shape, (Shape{2, 2}));
  EXPECT_THAT(checkpoint->read("w")->data, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(checkpoint->index(), folder_.path("net"));
  EXPECT_EQ(problem("step"), "net: tensor 'step': is of type DT_INT64; expected DT_FLOAT");
  EXPECT_EQ(problem("v"), "net: tensor 'v': is not in the checkpoint");
}

TEST_F(V1, FromMemory) {
  const auto checkpoint = Checkpoint::parse_v1(write_table(table()), "net");
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().to_string();
  EXPECT_THAT(checkpoint->read("w")->data, ElementsAre(0, 1, 2, 3));
}

// TensorFlow 2, whose object graphs are texts, has no V1 checkpoints.
TEST_F(V1, WithAGraphOfObjects) {
  auto* graph = meta_.mutable_meta()->mutable_tensor(1);
  graph->set_name("_CHECKPOINTABLE_OBJECT_GRAPH");
  graph->clear_slice();
  graph->add_slice();
  auto pairs = table();
  pairs[slice_key("_CHECKPOINTABLE_OBJECT_GRAPH", {})] = "";
  EXPECT_EQ(Checkpoint::parse_v1(write_table(pairs), "net").error().to_string(),
            "net: tensor '_CHECKPOINTABLE_OBJECT_GRAPH': is a text, which slimc reads from V2 "
            "checkpoints only");
}

TEST_F(V1, OfHalves) {
  meta_.mutable_meta()->mutable_tensor(0)->set_type(tensorflow::DT_HALF);
  for (auto& slice : slices_) {
    slice.mutable_data()->mutable_data()->clear_float_val();
    slice.mutable_data()->mutable_data()->add_half_val(0x3c00);  // 1
    slice.mutable_data()->mutable_data()->add_half_val(0xc000);  // -2
  }
  EXPECT_EQ(problem(), "");
  EXPECT_THAT(Checkpoint::open(folder_.path("net"))->read("w")->data, ElementsAre(1, 1, -2, -2));
}

TEST_F(V1, WithoutAList) {
  auto pairs = table();
  pairs[""] = "";
  folder_.write("net", write_table(pairs));
  EXPECT_EQ(problem_of("net"),
            "net: is a LevelDB table, but no V1 checkpoint: it has no list of tensors");
  pairs.erase("");
  folder_.write("net", write_table(pairs));
  EXPECT_EQ(problem_of("net"), "net: has no list of its tensors (the empty key)");
  pairs[""] = "\x0a";
  folder_.write("net", write_table(pairs));
  EXPECT_EQ(problem_of("net"), "net: the list of its tensors is damaged");
}

TEST_F(V1, CutOff) {
  const std::string bytes = write_table(table());
  folder_.write("net-00000-of-00001", bytes.substr(0, bytes.size() - 1));
  EXPECT_EQ(problem_of("net"),
            "net-00000-of-00001: is not a complete V1 checkpoint (a LevelDB table): no table's "
            "magic number at its end");
}

TEST_F(V1, OfAFutureVersion) {
  meta_.mutable_meta()->mutable_versions()->set_min_consumer(7);
  EXPECT_EQ(problem(), "net: needs a reader of checkpoint version 7; slimc's is 1");
}

TEST_F(V1, ListsWhatItHasNot) {
  meta_.mutable_meta()->mutable_tensor(0)->add_slice();
  meta_.mutable_meta()->mutable_tensor(1)->clear_slice();
  EXPECT_EQ(problem(),
            "net: tensor 'step': is listed without a slice\n"
            "net: tensor 'w': its slice  is listed, but not stored");
}

TEST_F(V1, OfTooFewSlices) {
  meta_.mutable_meta()->mutable_tensor(0)->mutable_shape()->mutable_dim(1)->set_size(3);
  EXPECT_EQ(problem(), "net: tensor 'w': its slices cover 4 of 6 elements");
}

TEST_F(V1, OfTooManySlices) {
  meta_.mutable_meta()->mutable_tensor(0)->add_slice()->CopyFrom(meta_.meta().tensor(0).slice(0));
  EXPECT_EQ(problem(),
            "net: tensor 'w': its slices hold more than the 4 elements of its shape [2,2]: they "
            "overlap");
}

TEST_F(V1, OfASliceOutsideOfItsTensor) {
  meta_.mutable_meta()->mutable_tensor(0)->mutable_shape()->mutable_dim(1)->set_size(1);
  EXPECT_EQ(problem(), "net: tensor 'w': its slice -:1,1 lies outside of the tensor's shape [2,1]");
}

TEST_F(V1, OfOtherSizes) {
  slices_[1].mutable_data()->mutable_data()->add_float_val(7);
  EXPECT_EQ(problem(), "net: tensor 'w': its slice -:1,1 has 3 elements of DT_FLOAT; expected 2");
}

// A kilobyte that says that it is a gigabyte.
TEST_F(V1, OfHugeSizes) {
  auto* w = meta_.mutable_meta()->mutable_tensor(0);
  w->mutable_shape()->mutable_dim(0)->set_size(1 << 14);
  w->mutable_shape()->mutable_dim(1)->set_size(1 << 14);
  EXPECT_EQ(problem(),
            "net: tensor 'w': its slice -:0,1 has 2 elements of DT_FLOAT; expected 16384");
  w->mutable_shape()->mutable_dim(1)->set_size(1 << 15);
  EXPECT_EQ(problem(),
            "net: tensor 'w': has the shape [16384,32768], which is more than the 268435456 "
            "elements that slimc takes");
}

TEST_F(V1, OfAnotherTensorsData) {
  slices_[0].mutable_data()->set_name("v");
  EXPECT_EQ(problem(), "net: tensor 'w': its slice -:0,1 holds 'v' -:0,1");
  slices_[0].clear_data();
  EXPECT_EQ(problem(), "net: tensor 'w': its slice -:0,1 is damaged");
}

TEST_F(V1, OfValuesThatAreNotFinite) {
  slices_[1].mutable_data()->mutable_data()->set_float_val(1,
                                                           std::numeric_limits<float>::infinity());
  EXPECT_EQ(problem(), "net: tensor 'w': element 3 ([1,1]) is infinity; weights must be finite");
}

TEST_F(V1, InShards) {
  folder_.write("net-00000-of-00002", write_table(table()));
  EXPECT_EQ(problem_of("net"), "net-00001-of-00002: cannot be opened: No such file or directory");
  tensorflow::SavedTensorSlices other;
  auto* w = other.mutable_meta()->add_tensor();
  w->set_name("w");
  w->set_type(tensorflow::DT_DOUBLE);
  folder_.write("net-00001-of-00002", write_table({{"", other.SerializeAsString()}}));
  EXPECT_EQ(problem_of("net"),
            "net-00001-of-00002: tensor 'w': has another type or shape here than in another "
            "shard");
}

}  // namespace
}  // namespace slimc::frontend
