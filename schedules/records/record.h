// Measurements of schedules: what a record file holds, as values. schedule_record.proto is the
// format, with the words for each field.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/tiling/tiling.h"
#include "support/result.h"

namespace slimc {

// What decides which tilings are good, and what is equal for targets that may share records. `host`
// on a machine with AVX-512 and `x86-64-v4` have the same registers and instructions, so the same
// candidates are legal and the same register tiles fit: they share. The sizes of caches are left
// out: they differ between those two only because a name cannot know the machine, and a tiling that
// was measured fits the caches that it was measured on better than any guess. The system and the
// features without effect on these kernels are left out too.
struct RecordTarget {
  std::string arch;  // "x86-64"
  int lanes = 0;
  int vector_registers = 0;
  bool fma = false;

  // "x86-64, 16 lanes, 32 registers, fma"
  std::string to_string() const;
  // clang-tidy 14 takes the 0 of a rewritten comparison for a pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend auto operator<=>(const RecordTarget&, const RecordTarget&) = default;
};

// `halide` is a target's string: "x86-64-linux-avx-avx2-f16c-fma-sse41".
RecordTarget record_target(const std::string& halide, const TargetTraits& traits);

// Microseconds of all runs with as many threads.
struct RecordTime {
  int threads = 1;
  int runs = 0;
  double min_us = 0, median_us = 0;
  std::optional<double> model_min_us;  // of the model's schedule in the same interleaved runs
  friend bool operator==(const RecordTime&, const RecordTime&) = default;
};

struct ScheduleRecord {
  std::string slimc;  // version
  std::string cpu;
  int cores = 0;
  RecordTarget target;
  StageShape stage;
  std::int64_t in_padded_c = 1;  // as measured: a matter of the stage in front
  Tiling tiling;
  std::string scheduler;          // "model", "search"
  std::vector<RecordTime> times;  // none twice with as many threads; empty where it failed
  double compile_seconds = 0;
  double search_seconds = 0;
  std::string failed;  // why there are no times
};

// A stage as records tell stages apart: "pointwise 14x14x256 -> 14x14x256 ...".
std::string stage_key(const StageShape& shape);

struct ParsedRecords {
  std::vector<ScheduleRecord> records;  // the good ones
  Diagnostics problems;                 // of the others: at most twenty
};

// The text of a record file; `file` for messages. Every record is checked: its tiling is legal for
// its stage and target, its sizes and times make sense.
ParsedRecords parse_records(std::string_view text, const std::string& file);

// A line with its newline, which parse_records() reads.
std::string to_line(const ScheduleRecord& record);
// The same as a block of lines, for files that people read.
std::string to_block(const ScheduleRecord& record);

}  // namespace slimc
