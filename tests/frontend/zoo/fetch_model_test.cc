#include "frontend/zoo/fetch_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "frontend/frontend.h"
#include "frontend/tensorflow/write_slim_checkpoint.h"
#include "frontend/zoo/models_folder.h"
#include "support/files.h"
#include "support/sha256.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/zoo/loopback_server.h"
#include "tests/frontend/zoo/tar_bytes.h"

namespace slimc::frontend {
namespace {

using slimc::testing::TemporaryFolder;
using ::testing::Contains;
using testing::file_server;
using testing::gzip;
using testing::HttpRequest;
using testing::kTarEnd;
using testing::LoopbackServer;
using ::testing::Not;
using testing::tar_entry;

// A network under the name of a published one, packed as that is: by tar.
std::string packed(const MobileNetOptions& options) {
  const TemporaryFolder folder;
  const auto files = write_slim_checkpoint(options, folder / "mobilenet_v1_0.25_128");
  EXPECT_TRUE(files) << files.error().to_string();
  const std::string command =
      "cd " + folder.path().string() + " && tar -czf net.tgz ./mobilenet_v1_0.25_128*";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return read_file(folder / "net.tgz").value_or("");
}

const std::string& good_archive() {
  static const std::string bytes = packed({.alpha = 0.25, .height = 128, .width = 128});
  return bytes;
}

class FetchModel : public ::testing::Test {
 protected:
  Result<FetchedModel> fetch(const LoopbackServer& server, const std::string& name = "0.25_128") {
    FetchOptions options = options_;
    options.folder = models_;
    options.base_url = server.url();
    return fetch_model(*find_publication(name), options, reporter_);
  }
  // What it says, without the server's and the folder's names; "" if all went well.
  std::string error(const LoopbackServer& server, const std::string& name = "0.25_128") {
    const auto fetched = fetch(server, name);
    if (fetched) return "";
    std::string words = fetched.error().to_string();
    for (const std::string& name_of_test : {server.url(), models_.string()}) {
      for (std::size_t at; (at = words.find(name_of_test)) != std::string::npos;) {
        words.erase(at, name_of_test.size());
      }
    }
    return words;
  }
  // Nothing of a model, nor of what it was made of.
  void expect_no_model() const {
    for (const std::string& name : folder_.listing()) {
      EXPECT_THAT(name, Not(::testing::HasSubstr("mobilenet_v1_0.25_128/"))) << name;
      EXPECT_THAT(name, Not(::testing::HasSubstr("slimc-temporary-"))) << name;
    }
    EXPECT_FALSE(std::filesystem::exists(models_ / "SHA256SUMS"));
  }

  const TemporaryFolder folder_;
  const std::filesystem::path models_ = folder_ / "models";
  FetchOptions options_;
  SilentReporter reporter_;
};

TEST_F(FetchModel, RemovesWhatAKilledOneUnpacked) {
  const std::filesystem::path left = models_ / ".downloads" / "slimc-temporary-abcdef";
  std::filesystem::create_directories(left / "files");
  std::filesystem::permissions(left, std::filesystem::perms::owner_all);
  const LoopbackServer server(file_server(good_archive()));
  EXPECT_EQ(error(server), "");
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(FetchModel, PutsACheckedModelIntoTheFolder) {
  const LoopbackServer server(file_server(good_archive()));
  const auto fetched = fetch(server);
  ASSERT_TRUE(fetched) << fetched.error().to_string();
  EXPECT_EQ(server.requests().front().target, "/mobilenet_v1_0.25_128.tgz");
  EXPECT_EQ(fetched->path, models_ / "mobilenet_v1_0.25_128");
  EXPECT_EQ(fetched->files.size(), 4u);
  EXPECT_TRUE(fetched->first_time);
  EXPECT_EQ(fetched->sha256, sha256_hex(good_archive()));
  EXPECT_TRUE(is_on_disk(models_, *find_publication("0.25_128")));
  EXPECT_EQ(*read_file(models_ / "SHA256SUMS"), fetched->sha256 + "  mobilenet_v1_0.25_128.tgz\n");
  const auto loaded = load_model({.model = fetched->model}, reporter_);
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  EXPECT_EQ(loaded->op(loaded->input).shape, (Shape{1, 128, 128, 3}));
  // sha256sum's own view of what lies there.
  EXPECT_EQ(
      std::system(("cd " + fetched->path.string() + " && sha256sum --quiet -c SHA256SUMS").c_str()),
      0);
  EXPECT_THAT(folder_.listing(), Not(Contains("models/.downloads/mobilenet_v1_0.25_128.tgz")));

  // A second time there is nothing to do, unless it is asked for.
  const auto again = fetch(server);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(again->model, fetched->model);
  EXPECT_EQ(server.requests().size(), 1u);
  options_.again = true;
  const auto anew = fetch(server);
  ASSERT_TRUE(anew) << anew.error().to_string();
  EXPECT_FALSE(anew->first_time);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(FetchModel, TakesTheHashThatTheUserGives) {
  const LoopbackServer server(file_server(good_archive()));
  const std::string right = sha256_hex(good_archive());
  options_.sha256 = std::string(64, '0');
  EXPECT_EQ(error(server), "/mobilenet_v1_0.25_128.tgz: its SHA-256 is " + right + ", expected " +
                               options_.sha256 + " (--sha256)");
  expect_no_model();
  options_.sha256 = "beef";
  EXPECT_EQ(error(server), "--sha256 'beef': expected 64 hexadecimal digits");
  options_.sha256 = right;
  EXPECT_EQ(error(server), "");
}

TEST_F(FetchModel, ExpectsTheHashOfTheFirstTime) {
  std::filesystem::create_directory(models_);
  const std::string other(64, 'a');
  std::ofstream(models_ / "SHA256SUMS") << other << "  mobilenet_v1_0.25_128.tgz\n";
  const LoopbackServer server(file_server(good_archive()));
  EXPECT_EQ(error(server), "/mobilenet_v1_0.25_128.tgz: its SHA-256 is " +
                               sha256_hex(good_archive()) + "; when it was first fetched, it was " +
                               other + " (/SHA256SUMS): --sha256 says which one is meant");
  // The user's word counts more.
  options_.sha256 = sha256_hex(good_archive());
  EXPECT_EQ(error(server), "");
}

TEST_F(FetchModel, LeavesNothingOfABadArchive) {
  const std::string name = "/mobilenet_v1_0.25_128.tgz: ";
  const LoopbackServer page([](const HttpRequest&) { return testing::ok("<html>Welcome"); });
  EXPECT_EQ(error(page), name + "is not a gzip archive: it begins with '<html>Welcome'");
  const std::string whole = good_archive();
  const LoopbackServer cut(file_server(whole.substr(0, whole.size() / 2)));
  EXPECT_EQ(error(cut), name + "ends in the middle: it is not complete");
  const LoopbackServer hostile(file_server(gzip(tar_entry("../evil", "x") + kTarEnd)));
  EXPECT_EQ(error(hostile), name.substr(0, name.size() - 2) +
                                ": entry '../evil': has a path that goes up (\"..\")");
  const LoopbackServer other(file_server(gzip(tar_entry("readme", "x") + kTarEnd)));
  EXPECT_EQ(error(other), name + "has no mobilenet_v1_0.25_128.ckpt.index in it");
  expect_no_model();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "evil"));
}

TEST_F(FetchModel, RefusesAnotherNetworkUnderTheName) {
  const LoopbackServer size(file_server(packed({.alpha = 0.25, .height = 96, .width = 96})));
  EXPECT_THAT(error(size), ::testing::EndsWith("/mobilenet_v1_0.25_128.ckpt: its image is 96x96x3; "
                                               "mobilenet_v1_0.25_128.tgz takes 128x128x3"));
  const LoopbackServer classes(
      file_server(packed({.alpha = 0.25, .height = 128, .width = 128, .classes = 10})));
  EXPECT_THAT(error(classes),
              ::testing::EndsWith("/mobilenet_v1_0.25_128.ckpt: its result is [1,10]; "
                                  "mobilenet_v1_0.25_128.tgz has 1001 classes"));
  const LoopbackServer width(file_server(packed({.alpha = 0.3, .height = 128, .width = 128})));
  EXPECT_THAT(error(width),
              ::testing::MatchesRegex(".*/mobilenet_v1_0.25_128.ckpt: its convolutions have [0-9]+ "
                                      "weights; those of mobilenet_v1_0.25_128.tgz have 463856"));
  expect_no_model();
}

// One changed byte of a tensor, in an archive that is whole: the checkpoint's own checksum sees it.
TEST_F(FetchModel, RefusesADamagedTensor) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_slim_checkpoint({.alpha = 0.25, .height = 128, .width = 128},
                                    folder / "mobilenet_v1_0.25_128"));
  std::fstream data(folder / "mobilenet_v1_0.25_128.ckpt.data-00000-of-00001",
                    std::ios::in | std::ios::out | std::ios::binary);
  data.seekp(1000);
  data.put('\x55');
  data.close();
  ASSERT_EQ(std::system(("cd " + folder.path().string() + " && tar -czf net.tgz m*").c_str()), 0);
  const LoopbackServer server(file_server(*read_file(folder / "net.tgz")));
  EXPECT_THAT(error(server), ::testing::HasSubstr("its checksum is "));
  expect_no_model();
}

TEST_F(FetchModel, RefusesWhatIsNoKerasFile) {
  const LoopbackServer server(file_server("not HDF5"));
  EXPECT_EQ(error(server, "mobilenet_2_5_224_tf.h5"),
            "/mobilenet_2_5_224_tf.h5: is not an HDF5 file");
}

TEST_F(FetchModel, SaysWhereItCannotWrite) {
  std::ofstream(folder_ / "models") << "a file";
  const LoopbackServer server(file_server(good_archive()));
  EXPECT_EQ(error(server), "/.downloads: cannot be made: Not a directory");
}

TEST(ModelsFolder, FollowsTheEnvironment) {
  setenv("XDG_CACHE_HOME", "/somewhere/cache", 1);
  EXPECT_EQ(*default_models_folder(), "/somewhere/cache/slimc/models");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", "/home/me", 1);
  EXPECT_EQ(*default_models_folder(), "/home/me/.cache/slimc/models");
  unsetenv("HOME");
  EXPECT_EQ(default_models_folder().error().to_string(),
            "neither XDG_CACHE_HOME nor HOME says where models are kept; --models-dir does");
}

}  // namespace
}  // namespace slimc::frontend
