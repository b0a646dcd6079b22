#include "frontend/zoo/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "frontend/mobilenet/architecture.h"

namespace slimc::frontend {
namespace {

TEST(Published, HasTheProjectsSixteenNames) {
  std::ifstream variants(SLIMC_SOURCE_DIR "/generated/variants.csv");
  std::string line;
  std::getline(variants, line);
  std::vector<std::string> expected, names;
  while (std::getline(variants, line)) expected.push_back(line.substr(0, line.find(',')));
  for (const PublishedModel& model : published_models()) names.push_back(model.name);
  EXPECT_EQ(names.size(), 16u);
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(expected));
}

TEST(Published, FindsAModelByAnyOfItsNames) {
  for (const char* name : {"mobilenet_v1_0.50_160", "MobileNet_v1_0.50_160", "0.5_160", "0.50_160",
                           "mobilenet_v1_0.5_160", "mobilenet_v1_0.5_160.tgz"}) {
    const auto found = find_publication(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->file, "mobilenet_v1_0.5_160.tgz");
    EXPECT_EQ(found->address, "http://download.tensorflow.org/models/mobilenet_v1_2018_02_22/");
    EXPECT_EQ(found->name_on_disk(), "mobilenet_v1_0.50_160");
    EXPECT_EQ(found->model_on_disk(), "mobilenet_v1_0.50_160/mobilenet_v1_0.5_160.ckpt");
  }
  const auto keras = find_publication("mobilenet_7_5_192_tf_no_top.h5");
  ASSERT_TRUE(keras);
  EXPECT_EQ(keras->model->name, "mobilenet_v1_0.75_192");
  EXPECT_EQ(keras->model_on_disk(), "mobilenet_7_5_192_tf_no_top.h5");
  EXPECT_EQ(keras->architecture().classes, 0);
}

TEST(Published, ListsTheNamesThatThereAre) {
  const auto found = find_publication("mobilenet_v2_1.0_224");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().blame(), Blame::Usage);
  EXPECT_EQ(
      found.error().to_string(),
      "'mobilenet_v2_1.0_224': is none of the published models: mobilenet_v1_1.0_224, "
      "mobilenet_v1_1.0_192, mobilenet_v1_1.0_160, mobilenet_v1_1.0_128, mobilenet_v1_0.75_224, "
      "mobilenet_v1_0.75_192, mobilenet_v1_0.75_160, mobilenet_v1_0.75_128, "
      "mobilenet_v1_0.50_224, mobilenet_v1_0.50_192, mobilenet_v1_0.50_160, "
      "mobilenet_v1_0.50_128, mobilenet_v1_0.25_224, mobilenet_v1_0.25_192, "
      "mobilenet_v1_0.25_160, mobilenet_v1_0.25_128; nor one of Keras' files, "
      "mobilenet_1_0_224_tf.h5 to mobilenet_2_5_128_tf_no_top.h5; did you mean "
      "'mobilenet_v1_1.0_224', 'mobilenet_v1_1.0_128' or 'mobilenet_v1_0.50_224'?");
}

}  // namespace
}  // namespace slimc::frontend
