#include "frontend/integrity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/process.h"
#include "support/sha256.h"
#include "tests/common/temporary_folder.h"

namespace slimc::frontend {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class Integrity : public ::testing::Test {
 protected:
  Integrity() { write("net.pb", "abc"); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  std::string words(const Result<void>& result) const {
    if (result) return "";
    std::string text = result.error().to_string();
    for (std::size_t at = 0; (at = text.find(prefix())) != std::string::npos;) {
      text.erase(at, prefix().size());
    }
    return text;
  }
  std::string problem() const { return words(check_integrity(folder_ / "net.pb")); }
  std::string prefix() const { return folder_.path().string() + "/"; }

  const testing::TemporaryFolder folder_;
};

TEST_F(Integrity, AsksNothingWhereThereAreNoHashes) {
  EXPECT_EQ(problem(), "");
  // Of a file that is not there, the reader has more to say.
  EXPECT_TRUE(check_integrity(folder_ / "no.pb"));
}

TEST_F(Integrity, WantsToReadTheHashesThatAreThere) {
  for (const char* name : {"SHA256SUMS", "net.pb.sha256"}) {
    const auto path = folder_ / name;
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_EQ(problem(), std::string(name) + ": is a pipe, expected a regular file");
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    EXPECT_EQ(problem(), std::string(name) + ": cannot be read: Is a directory");
    std::filesystem::remove(path);
    std::filesystem::create_symlink("nowhere", path);
    EXPECT_EQ(problem(), std::string(name) + ": cannot be opened: No such file or directory");
    std::filesystem::remove(path);
  }
  EXPECT_EQ(problem(), "");
}

TEST_F(Integrity, TakesWhatSha256sumWrites) {
  for (const std::string options : {"", "-b", "--tag"}) {
    const auto outcome = run_process(
        "/bin/sh",
        {"-c", "cd '" + prefix() + "' && sha256sum " + options + " net.pb > net.pb.sha256"},
        std::chrono::seconds(10));
    ASSERT_TRUE(outcome && outcome->ok());
    write("net.pb", "abc");
    EXPECT_EQ(problem(), "") << options;
    write("net.pb", "abd");
    EXPECT_EQ(problem(), "net.pb: its SHA-256 is " + sha256_hex("abd") +
                             ", and net.pb.sha256 says " + kAbc +
                             ": the file is damaged, or is another one");
    write("net.pb", "abc");
  }
}

TEST_F(Integrity, TakesAHashAloneAndUpperCase) {
  write("net.pb.sha256", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\r\n");
  EXPECT_EQ(problem(), "");
  write("net.pb.sha256", kEmpty);
  EXPECT_THAT(problem(), ::testing::HasSubstr("net.pb.sha256 says " + kEmpty));
}

TEST_F(Integrity, DoesNotMindTheFolderThatASidecarNames) {
  write("net.pb.sha256", kAbc + "  /home/me/models/net.pb\n");
  EXPECT_EQ(problem(), "");
}

TEST_F(Integrity, WantsASidecarToNameItsFile) {
  write("net.pb.sha256", kAbc + "  other.pb\n");
  EXPECT_EQ(problem(), "net.pb.sha256: has no hash of 'net.pb'");
  write("net.pb.sha256", "");
  EXPECT_EQ(problem(), "net.pb.sha256: has no hash of 'net.pb'");
}

TEST_F(Integrity, SaysWhereAListIsDamaged) {
  write("net.pb.sha256", kAbc + "  net.pb\n" + kAbc.substr(1) + "  net.pb\n");
  EXPECT_EQ(problem(), "net.pb.sha256:2: expected a SHA-256 and a name, as sha256sum writes them");
  write("net.pb.sha256", kAbc + "  net.pb\n" + kEmpty + "  net.pb\n");
  EXPECT_EQ(problem(), "net.pb.sha256:2: a second, different hash of 'net.pb'");
}

TEST_F(Integrity, LooksIntoTheFoldersList) {
  write("SHA256SUMS", kEmpty + "  other.pb\n" + kAbc + " *./net.pb\n");
  EXPECT_EQ(problem(), "");
  write("SHA256SUMS", kEmpty + "  other.pb\n");
  EXPECT_EQ(problem(), "");
  // The same name in another folder is another file.
  write("SHA256SUMS", kEmpty + "  old/net.pb\n");
  EXPECT_EQ(problem(), "");
  write("SHA256SUMS", kEmpty + "  net.pb\n");
  EXPECT_EQ(problem(), "net.pb: its SHA-256 is " + kAbc + ", and SHA256SUMS says " + kEmpty +
                           ": the file is damaged, or is another one");
}

TEST_F(Integrity, AsksBothLists) {
  write("net.pb.sha256", kAbc + "  net.pb\n");
  write("SHA256SUMS", kEmpty + "  net.pb\n");
  EXPECT_THAT(problem(), ::testing::HasSubstr("SHA256SUMS says"));
}

TEST_F(Integrity, ChecksTheBytesThatAreRead) {
  EXPECT_EQ(*read_model_file(folder_ / "net.pb", 100), "abc");
  write("net.pb.sha256", kEmpty);
  EXPECT_FALSE(read_model_file(folder_ / "net.pb", 100));
}

TEST_F(Integrity, ComparesWithTheCommandLine) {
  const auto check = [&](const std::string& name, const std::string& hash) {
    return words(check_sha256(folder_ / name, hash));
  };
  EXPECT_EQ(check("net.pb", kAbc), "");
  EXPECT_EQ(check("net.pb", kEmpty), "net.pb: its SHA-256 is " + kAbc + ", and --sha256 says " +
                                         kEmpty + ": the file is damaged, or is another one");
  EXPECT_EQ(check("net.pb", "abc"),
            "--sha256: 'abc' is no SHA-256, which is 64 hexadecimal digits");
  EXPECT_EQ(check("net.ckpt", kAbc),
            "--sha256: 'net.ckpt' is not a single file; the hashes of several go into a file "
            "SHA256SUMS beside them");
  EXPECT_EQ(check_sha256(folder_ / "net.pb", "abc").error().blame(), Blame::Usage);
}

TEST(ParseSha256Sums, UndoesTheEscapesOfOddNames) {
  EXPECT_THAT(*parse_sha256_sums("\\" + kAbc + "  a\\nb\\\\c\n", "f"),
              UnorderedElementsAre(Pair("a\nb\\c", kAbc)));
  EXPECT_THAT(*parse_sha256_sums("SHA256 (a) = b) = " + kAbc, "f"),
              UnorderedElementsAre(Pair("a) = b", kAbc)));
  for (const std::string& line :
       {"\\" + kAbc + "  a\\x", "\\" + kAbc + "  a\\", kAbc + " a", kAbc + "  ", kAbc + "a",
        std::string("SHA256 () = "), "SHA256 () = " + kAbc, std::string("SHA256 (a)")}) {
    EXPECT_FALSE(parse_sha256_sums(line, "f")) << line;
  }
}

}  // namespace
}  // namespace slimc::frontend
