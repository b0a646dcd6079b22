#include "frontend/zoo/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/zoo/tar_bytes.h"

namespace slimc::frontend {
namespace {

using slimc::testing::TemporaryFolder;
using ::testing::ElementsAre;
using testing::gzip;
using testing::kTarEnd;
using testing::tar_entry;

constexpr const char* kName = "net.tgz";

// The error's text; every path that a hostile archive aims at lies in `outside`.
std::string error_of(const std::string& bytes, const UnpackLimits& limits = {}) {
  const TemporaryFolder outside;
  std::filesystem::create_directory(outside / "models");
  const auto paths = unpack_archive(bytes, kName, outside / "models", limits);
  for (const std::string& name : outside.listing()) {
    EXPECT_TRUE(name.starts_with("models")) << name << " was written outside";
    EXPECT_FALSE(std::filesystem::is_symlink(outside / name)) << name;
  }
  return paths ? "" : paths.error().to_string();
}

std::string error_of_entry(const std::string& entry) {
  return error_of(gzip(tar_entry("first", "1") + entry + kTarEnd));
}

TEST(Unpack, WritesFilesAndTheirFolders) {
  const TemporaryFolder folder;
  const std::string large(200000, 'x');
  const std::string bytes =
      gzip(tar_entry("./", "", '5') + tar_entry("./a.txt", "alpha") + tar_entry("deep/", "", '5') +
           tar_entry("deep/er/b", large) + tar_entry("empty", "") + kTarEnd);
  const auto paths = unpack_archive(bytes, kName, folder.path());
  ASSERT_TRUE(paths) << paths.error().to_string();
  EXPECT_THAT(*paths, ElementsAre("a.txt", "deep/er/b", "empty"));
  EXPECT_EQ(*read_file(folder / "a.txt"), "alpha");
  EXPECT_EQ(*read_file(folder / "deep/er/b"), large);
  EXPECT_EQ(*read_file(folder / "empty"), "");
  EXPECT_EQ(std::filesystem::status(folder / "a.txt").permissions() &
                std::filesystem::perms::others_write,
            std::filesystem::perms::none);
}

TEST(Unpack, TakesAFileInPieces) {
  const TemporaryFolder folder;
  std::string noise;
  for (unsigned i = 0; i < 300000; ++i) noise += static_cast<char>(i * 2654435761u >> 24);
  std::ofstream(folder / kName, std::ios::binary) << gzip(tar_entry("noise", noise) + kTarEnd);
  std::filesystem::create_directory(folder / "out");
  const auto paths = unpack_archive_file(folder / kName, folder / "out");
  ASSERT_TRUE(paths) << paths.error().to_string();
  EXPECT_EQ(*read_file(folder / "out/noise"), noise);
  const auto missing = unpack_archive_file(folder / "missing", folder / "out");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().to_string(),
            (folder / "missing").string() + ": cannot be read: No such file or directory");
}

TEST(Unpack, RefusesPathsThatLeaveTheFolder) {
  EXPECT_EQ(error_of_entry(tar_entry("../evil", "x")),
            "net.tgz: entry '../evil': has a path that goes up (\"..\")");
  EXPECT_EQ(error_of_entry(tar_entry("a/../../evil", "x")),
            "net.tgz: entry 'a/../../evil': has a path that goes up (\"..\")");
  EXPECT_EQ(error_of_entry(tar_entry("/tmp/evil", "x")),
            "net.tgz: entry '/tmp/evil': has an absolute path");
  EXPECT_EQ(error_of_entry(tar_entry("..", "", '5')),
            "net.tgz: entry '..': has a path that goes up (\"..\")");
  EXPECT_EQ(error_of_entry(tar_entry("a\\b", "x")),
            "net.tgz: entry 'a\\b': has a control character or a backslash in its path");
  EXPECT_EQ(error_of_entry(tar_entry("a\x1b[2J", "x")),
            "net.tgz: entry 'a\\x1b[2J': has a control character or a backslash in its path");
}

TEST(Unpack, RefusesWhatIsNeitherFileNorFolder) {
  const std::string links = "; slimc unpacks files and folders";
  EXPECT_EQ(error_of_entry(tar_entry("link", "", '2', "/etc")),
            "net.tgz: entry 'link': is a symbolic link" + links);
  EXPECT_EQ(error_of_entry(tar_entry("link", "", '1', "first")),
            "net.tgz: entry 'link': is a hard link" + links);
  EXPECT_EQ(error_of_entry(tar_entry("null", "", '3')),
            "net.tgz: entry 'null': is a device" + links);
  EXPECT_EQ(error_of_entry(tar_entry("sda", "", '4')), "net.tgz: entry 'sda': is a device" + links);
  EXPECT_EQ(error_of_entry(tar_entry("pipe", "", '6')), "net.tgz: entry 'pipe': is a pipe" + links);
  EXPECT_EQ(error_of_entry(tar_entry("first", "2")), "net.tgz: entry 'first': is there twice");
  EXPECT_EQ(error_of_entry(tar_entry("./first", "2")), "net.tgz: entry './first': is there twice");
}

TEST(Unpack, RefusesBombsBeforeTheyGoOff) {
  // A gigabyte that is a few blocks here; and one that is honest about its size.
  EXPECT_EQ(error_of(gzip(tar_entry("bomb", "x", '0', "", std::size_t{1} << 31) + kTarEnd)),
            "net.tgz: entry 'bomb': would make more than 1073741824 bytes of files");
  const UnpackLimits small = {.entries = 3, .bytes = 1000};
  EXPECT_EQ(error_of(gzip(tar_entry("a", std::string(600, 'a')) +
                          tar_entry("b", std::string(600, 'b')) + kTarEnd),
                     small),
            "net.tgz: entry 'b': would make more than 1000 bytes of files");
  std::string many;
  for (const char* name : {"a", "b", "c", "d"}) many += tar_entry(name, "");
  EXPECT_EQ(error_of(gzip(many + kTarEnd), small), "net.tgz: has more than 3 entries");
  EXPECT_EQ(error_of(gzip(tar_entry("a", "") + kTarEnd + std::string(1 << 20, '\0')), small),
            "net.tgz: unpacks to more than 13288 bytes");
}

TEST(Unpack, RefusesWhatIsNotWhole) {
  const std::string tar = tar_entry("a", std::string(5000, 'a')) + kTarEnd;
  const std::string whole = gzip(tar);
  EXPECT_EQ(error_of(whole), "");
  for (const std::size_t size : {whole.size() - 1, whole.size() - 8, whole.size() / 2}) {
    EXPECT_EQ(error_of(whole.substr(0, size)), "net.tgz: ends in the middle: it is not complete")
        << size;
  }
  EXPECT_EQ(error_of(""), "net.tgz: is empty; expected a gzip archive");
  EXPECT_EQ(error_of("<html>\n<body>Not found"),
            "net.tgz: is not a gzip archive: it begins with '<html>\\x0a<body>Not found'");
  EXPECT_EQ(error_of(whole + "more"), "net.tgz: has more bytes behind the end of its gzip stream");
  std::string wrong_crc = whole;
  wrong_crc[whole.size() - 8] ^= 1;
  EXPECT_EQ(error_of(wrong_crc), "net.tgz: is damaged: incorrect data check");
  EXPECT_EQ(error_of(gzip(tar.substr(0, 2000))),
            "net.tgz: is not a whole tar archive: Truncated tar archive");
  EXPECT_EQ(error_of(gzip("no tar at all")),
            "net.tgz: is not a whole tar archive: Unrecognized archive format");
  EXPECT_EQ(error_of(gzip(kTarEnd)), "net.tgz: has no files in it");
  // One layer of gzip, as the name says.
  EXPECT_EQ(error_of(gzip(whole)),
            "net.tgz: is not a whole tar archive: Unrecognized archive format");
}

// The CRC sees every change that makes a difference; a copy from another place of a run of zeros,
// or a header's time, makes none.
TEST(Unpack, NoticesEveryChangedByte) {
  const std::string whole = gzip(tar_entry("a", "some text") + kTarEnd);
  std::size_t noticed = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    const TemporaryFolder folder;
    if (!unpack_archive(changed, kName, folder.path())) {
      ++noticed;
      continue;
    }
    EXPECT_THAT(folder.listing(), ElementsAre("a")) << "byte " << i;
    EXPECT_EQ(*read_file(folder / "a"), "some text") << "byte " << i;
  }
  EXPECT_GT(noticed, whole.size() / 2);
}

}  // namespace
}  // namespace slimc::frontend
