#include "frontend/keras/config_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/warnings.h"
#include "tests/frontend/keras/tree_builder.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UnknownKeys, AreThoseThatKerasDoesNotWrite) {
  EXPECT_THAT(unknown_keys(nlohmann::json::parse(R"({"name": 1, "activation": 2, "rank": 3})")),
              IsEmpty());
  EXPECT_THAT(unknown_keys(nlohmann::json::parse(R"({"nane": 1, "max_value": 2, "Rank": 3})")),
              ElementsAre("Rank", "nane"));
}

// One changed byte makes a relu6 a relu.
TEST(UnknownKeys, AreWarnedOf) {
  testing::SequentialFile file;
  file.layer("relu", "ReLU", {{"maxevalue", 6.0}});
  slimc::testing::Warnings listener;
  EXPECT_TRUE(file.load({}, listener));
  EXPECT_EQ(listener.text,
            "f.h5: layer 'relu': has 'maxevalue' in its config, which Keras does not write for it; "
            "it is passed over, and what it may have been is missing\n");
}

}  // namespace
}  // namespace slimc::frontend
