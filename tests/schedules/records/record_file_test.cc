// Record files: a kill in mid-write costs the record that was being written, nothing else.
#include "schedules/records/record_file.h"

#include <gmock/gmock.h>

#include <fstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/common/warnings.h"
#include "tests/schedules/records/make_record.h"

namespace slimc::testing {
namespace {

using ::testing::SizeIs;

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

TEST(RecordFile, AppendsToWhatThereIs) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  testing::Warnings warnings;
  for (std::size_t n = 0; n < 3; ++n) {
    auto file = RecordFile::open(path, warnings);
    ASSERT_TRUE(file) << file.error().to_string();
    EXPECT_THAT(file->records(), SizeIs(2 * n));
    ASSERT_TRUE(file->append({make_record(block(), n, 1), make_record(late_pointwise(), n, 2)}));
  }
  EXPECT_EQ(warnings.text, "");
}

TEST(RecordFile, CutAtAnyByteLosesTheTornRecordAlone) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  const std::string first = to_line(make_record(block(), 0, 1));
  const std::string second = to_line(make_record(block(), 1, 2));
  for (std::size_t cut = 0; cut < second.size(); ++cut) {
    write(path, first + second.substr(0, cut));
    testing::Warnings warnings;
    {
      const auto read = read_records(path, warnings);
      ASSERT_TRUE(read) << cut << ": " << read.error().to_string();
      // All but the newline is a record.
      ASSERT_THAT(*read, SizeIs(cut == second.size() - 1 ? 2 : 1)) << cut;
    }
    if (cut % 10 != 0 && cut != second.size() - 1) continue;  // the disk takes its time
    auto file = RecordFile::open(path, warnings);
    ASSERT_TRUE(file) << cut;
    ASSERT_TRUE(file->append({make_record(block(), 2, 3)}));
    const auto again = read_records(path, warnings);
    ASSERT_TRUE(again) << cut << ": " << again.error().to_string();
    EXPECT_THAT(*again, SizeIs(cut == second.size() - 1 ? 3 : 2)) << cut;
  }
}

TEST(RecordFile, SaysThatItsEndWasTorn) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  write(path, to_line(make_record(block(), 0, 1)) + "record { slimc: \"1");
  testing::Warnings warnings;
  ASSERT_TRUE(read_records(path, warnings));
  EXPECT_EQ(warnings.text, path.string() +
                               ": its last 18 bytes are the beginning of a record that was never "
                               "finished; they are dropped\n");
}

TEST(RecordFile, OfAnEditorNeedsNoLastNewline) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  std::string text = to_block(make_record(block(), 0, 1));
  text.pop_back();
  write(path, text);
  testing::Warnings warnings;
  auto file = RecordFile::open(path, warnings);
  ASSERT_TRUE(file);
  EXPECT_THAT(file->records(), SizeIs(1));
  ASSERT_TRUE(file->append({make_record(block(), 1, 1)}));
  EXPECT_THAT(read_records(path, warnings).value(), SizeIs(2));
  EXPECT_EQ(warnings.text, "");
}

TEST(RecordFile, HasOneWriter) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  testing::Warnings warnings;
  const auto file = RecordFile::open(path, warnings);
  ASSERT_TRUE(file);
  const auto second = RecordFile::open(path, warnings);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().to_string(), path.string() + ": is being written by another slimc");
}

TEST(RecordFile, WithABadRecordIsNotTouched) {
  const TemporaryFolder folder;
  const auto path = folder / "r.textproto";
  write(path, "record { }\n");
  testing::Warnings warnings;
  const auto file = RecordFile::open(path, warnings);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().to_string(),
            path.string() + ":1: record 1: target has no arch, expected one like \"x86-64\"");
  EXPECT_EQ(read_file(path).value(), "record { }\n");
}

TEST(RecordFile, ThatCannotBeOpenedIsNamed) {
  const TemporaryFolder folder;
  testing::Warnings warnings;
  const auto file = RecordFile::open(folder / "no" / "r", warnings);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().to_string(), (folder / "no" / "r").string() +
                                          ": cannot be opened for writing: No such file or "
                                          "directory");
}

}  // namespace
}  // namespace slimc::testing
