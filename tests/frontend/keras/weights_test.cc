// Where weights are looked for, and what slimc-hdf5's words must look like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/keras/hdf5/tree.pb.h"
#include "frontend/keras/hdf5_tree.h"
#include "frontend/keras/weights.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;

hdf5::Object* add(hdf5::Tree& tree, const std::string& path) {
  hdf5::Object* object = tree.add_objects();
  object->set_path(path);
  return object;
}

void set_names(hdf5::Object* group, const std::string& attribute,
               const std::vector<std::string>& names) {
  hdf5::Attribute* list = group->add_attributes();
  list->set_name(attribute);
  for (const std::string& name : names) list->add_values(name);
}

void set_values(hdf5::Object* object, const std::vector<float>& values) {
  object->mutable_dataset()->add_shape(static_cast<std::int64_t>(values.size()));
  object->mutable_dataset()->mutable_values()->Assign(values.begin(), values.end());
}

std::string parse_error(const std::string& bytes) {
  const auto tree = Hdf5Tree::parse(bytes, "f.h5");
  return tree ? "" : tree.error().to_string();
}

const std::string kNotUnderstood = "f.h5: what slimc-hdf5 says of it cannot be understood: ";

TEST(Hdf5Tree, IsNotWhatDoesNotParse) {
  EXPECT_EQ(parse_error("\x0a\x7f"), kNotUnderstood + "2 bytes are no Tree");
  hdf5::Tree twice;
  add(twice, "a");
  add(twice, "a");
  EXPECT_EQ(parse_error(twice.SerializeAsString()), kNotUnderstood + "two objects are 'a'");
  hdf5::Tree wrong;
  set_values(add(wrong, "a"), {1, 2});
  wrong.mutable_objects(0)->mutable_dataset()->set_shape(0, 3);
  EXPECT_EQ(parse_error(wrong.SerializeAsString()),
            kNotUnderstood + "the values of 'a' do not fit its shape");
  wrong.mutable_objects(0)->mutable_dataset()->set_shape(0, -2);
  EXPECT_EQ(parse_error(wrong.SerializeAsString()),
            kNotUnderstood + "the values of 'a' do not fit its shape");
}

TEST(Hdf5Tree, JoinsListsInPieces) {
  hdf5::Tree tree;
  hdf5::Object* root = add(tree, "");
  set_names(root, "layer_names1", {"c"});
  set_names(root, "layer_names0", {"a", "b"});
  set_names(root, "layer_names3", {"lost"});
  const auto parsed = Hdf5Tree::parse(tree.SerializeAsString(), "f.h5");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_THAT(*parsed->list("", "layer_names"), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(parsed->list("", "weight_names").has_value());
  EXPECT_FALSE(parsed->list("a", "layer_names").has_value());
}

class KerasWeightsTest : public ::testing::Test {
 protected:
  // A layer "a" with weights of these names.
  void store(const std::vector<std::string>& names) {
    set_names(add(tree_, ""), "layer_names", {"a"});
    set_names(add(tree_, "a"), "weight_names", names);
  }

  // Its weight "kernel", or what is wrong with it.
  std::string read(const std::string& layer = "a") const {
    const auto tree = Hdf5Tree::parse(tree_.SerializeAsString(), "f.h5");
    if (!tree) return tree.error().to_string();
    const auto weights = KerasWeights::open(*tree);
    if (!weights) return weights.error().to_string();
    KerasLayer asked{.path = "a", .name = layer, .group = "a", .class_name = "Conv2D"};
    asked.places.push_back({.name = "a", .class_name = "functional"});
    if (layer != "a") asked.places.push_back({.name = layer, .class_name = "conv2d"});
    const auto tensor = weights->read(asked, {"kernel", "depthwise_kernel"});
    return tensor ? std::to_string(tensor->data.at(0)) : tensor.error().to_string();
  }

  hdf5::Tree tree_;
};

TEST_F(KerasWeightsTest, AreFoundByTheirNamesEnd) {
  store({"scope/b/bias:0", "scope_1/b/depthwise_kernel"});
  set_values(add(tree_, "a/scope_1/b/depthwise_kernel"), {7});
  EXPECT_EQ(read(), "7.000000");
  EXPECT_EQ(read("b"), "7.000000");
  EXPECT_EQ(read("c"), "f.h5: layer 'a/c': has no weight 'kernel' in the file");
}

// Layers' names may have slashes; the longest name is meant.
TEST_F(KerasWeightsTest, OfNamesWithSlashes) {
  store({"b/kernel:0", "x/b/kernel:0"});
  set_values(add(tree_, "a/b/kernel:0"), {1});
  set_values(add(tree_, "a/x/b/kernel:0"), {2});
  EXPECT_EQ(read("x/b"), "2.000000");
}

TEST_F(KerasWeightsTest, ThatAreAmbiguous) {
  store({"x/b/kernel:0", "y/b/kernel:0"});
  EXPECT_EQ(read("b"),
            "f.h5: layer 'a/b': has 2 weights 'kernel' in the file: 'x/b/kernel:0' and "
            "'y/b/kernel:0'");
}

TEST_F(KerasWeightsTest, OfALayerThatIsNotListed) {
  set_names(add(tree_, ""), "layer_names", {});
  EXPECT_EQ(read(), "f.h5: layer 'a': has no weights in the file");
}

TEST_F(KerasWeightsTest, ThatAreNotStored) {
  store({"a/kernel:0"});
  EXPECT_EQ(read(), "f.h5: layer 'a': its weight 'a/kernel:0' is named and not stored");
}

TEST_F(KerasWeightsTest, ThatAreNoFloats) {
  store({"a/kernel:0"});
  add(tree_, "a/a/kernel:0")->mutable_dataset()->set_other_type("integers of 32 bits");
  EXPECT_EQ(read(),
            "f.h5: layer 'a': its weight 'a/kernel:0' has integers of 32 bits; expected float32");
}

}  // namespace
}  // namespace slimc::frontend
