// Record files on disk: read whole, and appended to so that a kill at any time leaves a file that
// the next run can read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/records/record.h"
#include "support/reporter.h"
#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc {

// How much of a file's text is whole: all of it, unless there is something behind the last newline
// that is no record, as a writer leaves that was killed.
std::size_t whole_bytes(std::string_view text);

// Every problem of the file is a failure, except a torn end, which is a warning.
Result<std::vector<ScheduleRecord>> read_records(const std::filesystem::path& file,
                                                 Reporter& reporter);

// The file that a search writes. One writer at a time: another process that has it is a failure.
class RecordFile {
 public:
  // Makes the file where there is none, and cuts off a torn end. A pipe, a device or "-", standard
  // output, is written into and not read.
  static Result<RecordFile> open(const std::filesystem::path& file, Reporter& reporter);

  // What it held when it was opened.
  const std::vector<ScheduleRecord>& records() const { return records_; }

  // All records in one write(), then on the disk. If that fails the file is as before.
  Result<void> append(const std::vector<ScheduleRecord>& records);

 private:
  RecordFile(std::filesystem::path path, UniqueFd fd, bool is_stream,
             std::vector<ScheduleRecord> records)
      : path_(std::move(path)),
        fd_(std::move(fd)),
        is_stream_(is_stream),
        records_(std::move(records)) {}

  std::filesystem::path path_;
  UniqueFd fd_;
  bool is_stream_;
  std::vector<ScheduleRecord> records_;
};

}  // namespace slimc
