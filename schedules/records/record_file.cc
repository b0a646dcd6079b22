#include "schedules/records/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "support/files.h"
#include "support/input_files.h"
#include "support/output_place.h"

namespace slimc {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;

Result<std::vector<ScheduleRecord>> parse_whole(std::string_view text,
                                                const std::filesystem::path& file,
                                                Reporter& reporter) {
  const std::size_t whole = whole_bytes(text);
  if (whole < text.size()) {
    reporter.warning({.file = file,
                      .message = fmt::format("its last {} bytes are the beginning of a record that "
                                             "was never finished; they are dropped",
                                             text.size() - whole)});
  }
  ParsedRecords parsed = parse_records(text.substr(0, whole), file);
  if (!parsed.problems.empty()) return Failure(std::move(parsed.problems));
  return std::move(parsed.records);
}

}  // namespace

std::size_t whole_bytes(std::string_view text) {
  const std::size_t newline = text.rfind('\n');
  const std::size_t end = newline == text.npos ? 0 : newline + 1;
  std::string_view tail = text.substr(end);
  while (!tail.empty() && (tail.back() == ' ' || tail.back() == '\t')) tail.remove_suffix(1);
  // An editor may leave out the last newline. Only a line that is a record on its own, or that ends
  // a block of lines, ends in a brace of the outermost level; a torn one can end in an inner brace.
  if (tail == "}" || (tail.ends_with('}') && tail.starts_with("record") &&
                      parse_records(tail, "").problems.empty())) {
    return text.size();
  }
  return end;
}

Result<std::vector<ScheduleRecord>> read_records(const std::filesystem::path& file,
                                                 Reporter& reporter) {
  note_input_file(file);
  SLIMC_ASSIGN(const std::string text, read_file(file, kMostBytes));
  return parse_whole(text, file, reporter);
}

Result<RecordFile> RecordFile::open(const std::filesystem::path& file, Reporter& reporter) {
  SLIMC_ASSIGN(OutputPlace place, output_place(file));
  if (place.kind != OutputPlace::Kind::File) {
    // Nothing was there before, and nothing can be taken back.
    SLIMC_ASSIGN(UniqueFd stream, open_stream(place, file));
    return RecordFile(file, std::move(stream), /*is_stream=*/true, {});
  }
  UniqueFd fd(::open(place.path.c_str(),
                     O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666));
  if (!fd.valid()) return system_failure(file, "cannot be opened for writing", errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(file, "cannot be locked", errno);
    return fail({.file = file, .message = "is being written by another slimc"});
  }
  SLIMC_ASSIGN(const std::string text, read_file(place.path, kMostBytes, NamedBy::Model));
  SLIMC_ASSIGN(std::vector<ScheduleRecord> records, parse_whole(text, file, reporter));
  const std::size_t whole = whole_bytes(text);
  if (whole < text.size() && ftruncate(fd.get(), static_cast<off_t>(whole)) != 0) {
    return system_failure(file, "its torn end cannot be cut off", errno);
  }
  if (whole > 0 && text[whole - 1] != '\n') {
    if (const int error = write_all(fd.get(), "\n")) {
      return system_failure(file, "cannot be written", error);
    }
  }
  return RecordFile(file, std::move(fd), /*is_stream=*/false, std::move(records));
}

Result<void> RecordFile::append(const std::vector<ScheduleRecord>& records) {
  std::string text;
  for (const ScheduleRecord& record : records) text += to_line(record);
  if (is_stream_) return write_stream(fd_, text, path_);
  struct stat before {};
  if (fstat(fd_.get(), &before) != 0) return system_failure(path_, "cannot be examined", errno);
  if (const int error = write_all(fd_.get(), text)) {
    // Nothing can be done if this fails as well: the next reader drops the torn end.
    [[maybe_unused]] const int undone = ftruncate(fd_.get(), before.st_size);
    return system_failure(path_, "cannot be written", error);
  }
  if (fsync(fd_.get()) != 0 && errno != EINVAL) {
    return system_failure(path_, "cannot be synced", errno);
  }
  return {};
}

}  // namespace slimc
