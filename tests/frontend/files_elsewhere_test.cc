#include "frontend/files_elsewhere.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/common/warnings.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FilesElsewhere : public ::testing::Test {
 protected:
  FilesElsewhere() {
    fs::create_directories(folder_ / "model/variables");
    fs::create_directories(folder_ / "secret");
    std::ofstream(folder_ / "secret/weights") << "x";
    std::ofstream(folder_ / "model/variables/shard") << "x";
  }

  std::vector<std::string> warnings(const ModelRequest& request, const fs::path& file) {
    testing::Warnings reporter;
    warn_of_files_elsewhere(request, {file.lexically_normal()}, reporter);
    return reporter.list;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(FilesElsewhere, BesideAndBelowTheModelAreNone) {
  EXPECT_THAT(warnings({.model = folder_ / "model"}, folder_ / "model/variables/shard"), IsEmpty());
  EXPECT_THAT(warnings({.model = folder_ / "model/net.ckpt"}, folder_ / "model/net.ckpt.index"),
              IsEmpty());
}

TEST_F(FilesElsewhere, ALinkOutOfTheFolderIsNamedWithItsEnd) {
  fs::create_symlink("../secret/weights", folder_ / "model/net.ckpt.index");
  EXPECT_THAT(warnings({.model = folder_ / "model/net.ckpt"}, folder_ / "model/net.ckpt.index"),
              ElementsAre(AllOf(HasSubstr("model/net.ckpt.index: is read for"),
                                HasSubstr("lies elsewhere"), HasSubstr("/secret/weights"))));
}

TEST_F(FilesElsewhere, SoIsAPathThatClimbs) {
  EXPECT_THAT(warnings({.model = folder_ / "model"}, folder_ / "model/../secret/weights"),
              ElementsAre(HasSubstr("/secret/weights")));
}

TEST_F(FilesElsewhere, WhatTheUserNamesMayLieAnywhere) {
  fs::create_symlink("../secret/weights", folder_ / "model/link.pb");
  EXPECT_THAT(warnings({.model = folder_ / "model/link.pb"}, folder_ / "model/link.pb"), IsEmpty());
  EXPECT_THAT(warnings({.model = folder_ / "model", .checkpoint = folder_ / "secret/weights"},
                       folder_ / "secret/weights.index"),
              IsEmpty());
}

TEST_F(FilesElsewhere, AModelsFolderMayBeALink) {
  fs::create_directory_symlink("model", folder_ / "latest");
  EXPECT_THAT(warnings({.model = folder_ / "latest"}, folder_ / "latest/variables/shard"),
              IsEmpty());
}

}  // namespace
}  // namespace slimc::frontend
