#include "support/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

// FIPS 180-2, appendix B, and NIST's "SHA-256 short message" of length 0.
TEST(Sha256, GivesTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, TakesBytesInPieces) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.hex(), sha256_hex("abc"));
}

TEST(Sha256, ReadsFilesThatAreLongerThanAPiece) {
  const testing::TemporaryFolder folder;
  const std::string bytes(3'000'000, 'x');
  std::ofstream(folder / "f", std::ios::binary) << bytes;
  EXPECT_EQ(*sha256_of_file(folder / "f"), sha256_hex(bytes));
}

TEST(Sha256, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(sha256_of_file("/nowhere/f").error().to_string(),
            "/nowhere/f: cannot be opened: No such file or directory");
  EXPECT_EQ(sha256_of_file("/").error().to_string(), "/: cannot be read: Is a directory");
}

}  // namespace
}  // namespace slimc
