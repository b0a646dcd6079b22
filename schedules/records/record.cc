#include "schedules/records/record.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "schedules/records/schedule_record.pb.h"
#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"

namespace slimc {
namespace {

namespace protobuf = google::protobuf;

constexpr std::size_t kMostProblems = 20;
constexpr int kMostNesting = 10;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;  // some hundred thousand records

class SyntaxErrors final : public protobuf::io::ErrorCollector {
 public:
  SyntaxErrors(std::string file, Diagnostics& found) : file_(std::move(file)), found_(found) {}

  // Protobuf counts lines and columns from 0.
  void AddError(int line, protobuf::io::ColumnNumber column, const std::string& message) override {
    if (found_.list().size() >= kMostProblems) return;
    std::string words = message;
    while (!words.empty() && words.back() == '.') words.pop_back();
    found_.add({.file = file_, .message = words, .line = line + 1, .column = column + 1});
  }
  void AddWarning(int, protobuf::io::ColumnNumber, const std::string&) override {}

 private:
  std::string file_;
  Diagnostics& found_;
};

struct Size {
  const char* name;
  std::int64_t& (*field)(ScheduleRecord&);
  std::int64_t (records::Stage::*get)() const;
  void (records::Stage::*set)(std::int64_t);
};
#define SLIMC_SIZE(name, field)                                                                  \
  Size {                                                                                         \
#name, [](ScheduleRecord & r) -> std::int64_t& { return r.field; }, &records::Stage::name,   \
                                                                     &records::Stage::set_##name \
  }
#define SLIMC_SHAPE(name) SLIMC_SIZE(name, stage.name)
constexpr Size kSizes[] = {SLIMC_SHAPE(in_h),
                           SLIMC_SHAPE(in_w),
                           SLIMC_SHAPE(in_c),
                           SLIMC_SHAPE(out_h),
                           SLIMC_SHAPE(out_w),
                           SLIMC_SHAPE(out_c),
                           SLIMC_SHAPE(kernel_h),
                           SLIMC_SHAPE(kernel_w),
                           SLIMC_SHAPE(stride_h),
                           SLIMC_SHAPE(stride_w),
                           SLIMC_SHAPE(dilation_h),
                           SLIMC_SHAPE(dilation_w),
                           SLIMC_SHAPE(depth_multiplier),
                           SLIMC_SIZE(in_padded_c, in_padded_c)};
#undef SLIMC_SHAPE
#undef SLIMC_SIZE

std::string kind_names() {
  std::string names;
  for (const StageKind kind : kStageKinds)
    names += (names.empty() ? "" : ", ") + std::string(name_of(kind));
  return names;
}

std::string knob_names() {
  std::string names;
  for (const Knob& knob : knobs()) names += (names.empty() ? "" : ", ") + std::string(knob.name);
  return names;
}

// Each function returns what is wrong, or nothing.

std::string read_target(const records::Target& from, RecordTarget& to) {
  to.arch = from.arch();
  to.lanes = from.lanes();
  to.vector_registers = from.vector_registers();
  to.fma = from.fma();
  if (to.arch.empty()) return "target has no arch, expected one like \"x86-64\"";
  if (to.lanes < 1 || to.lanes > 1024 || (to.lanes & (to.lanes - 1)) != 0) {
    return fmt::format("target has {} lanes, expected a power of two from 1 to 1024", to.lanes);
  }
  if (to.vector_registers < 1 || to.vector_registers > 1024) {
    return fmt::format("target has {} vector_registers, expected 1 to 1024", to.vector_registers);
  }
  return "";
}

std::string read_stage(const records::Stage& from, ScheduleRecord& to) {
  bool known = false;
  for (const StageKind kind : kStageKinds) {
    if (from.kind() == name_of(kind)) to.stage.kind = kind, known = true;
  }
  if (!known) {
    return fmt::format("stage has the kind '{}', expected one of {}", from.kind(), kind_names());
  }
  for (const Size& size : kSizes) {
    const std::int64_t value = (from.*size.get)();
    // Protobuf's 0 for what is absent is a 1 here.
    const auto* field = records::Stage::descriptor()->FindFieldByName(size.name);
    const bool given = from.GetReflection()->HasField(from, field);
    if (given && (value < 1 || value > std::numeric_limits<std::int32_t>::max())) {
      return fmt::format("stage has {} {}, expected 1 to {}", size.name, value,
                         std::numeric_limits<std::int32_t>::max());
    }
    size.field(to) = given ? value : 1;
  }
  return "";
}

// Knobs that are not named keep their defaults: so that a knob that is new has in older records the
// value that kernels had before there was one.
std::string read_tiling(const std::string& text, Tiling& to) {
  std::set<std::string_view> seen;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (equals == word.npos) {
      return fmt::format("tiling holds '{}', expected knob=number", word);
    }
    const Knob* knob = find_knob(name);
    if (knob == nullptr) {
      return fmt::format("tiling names the knob '{}', expected one of {}", name, knob_names());
    }
    if (!seen.insert(name).second) return fmt::format("tiling names the knob '{}' twice", name);
    const std::string_view digits = word.substr(equals + 1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < knob->least ||
        value > knob->most) {
      return fmt::format("tiling has {} '{}', expected a whole number from {} to {}", name, digits,
                         knob->least, knob->most);
    }
    knob->set(to, value);
  }
  return "";
}

bool is_time(double us) { return std::isfinite(us) && us > 0; }

std::string read_times(const records::ScheduleRecord& from, std::vector<RecordTime>& to) {
  if (from.time().empty() != from.has_failed()) {
    return from.has_failed() ? "has times although it failed, expected one of both"
                             : "has no time, expected min_us and median_us for a number of threads";
  }
  std::set<int> threads;
  for (const records::Time& time : from.time()) {
    RecordTime t{.threads = time.threads(),
                 .runs = time.runs(),
                 .min_us = time.min_us(),
                 .median_us = time.median_us()};
    if (time.has_model_min_us()) t.model_min_us = time.model_min_us();
    if (t.threads < 1) {
      return fmt::format("time has {} threads, expected 1 or more", t.threads);
    }
    if (!threads.insert(t.threads).second) {
      return fmt::format("has two times with {} threads", t.threads);
    }
    if (t.runs < 1) return fmt::format("time has {} runs, expected 1 or more", t.runs);
    if (!is_time(t.min_us) || !is_time(t.median_us) || t.median_us < t.min_us) {
      return fmt::format(
          "time has min_us {} and median_us {}, expected numbers above 0, the first at most the "
          "second",
          t.min_us, t.median_us);
    }
    if (t.model_min_us && !is_time(*t.model_min_us)) {
      return fmt::format("time has model_min_us {}, expected a number above 0", *t.model_min_us);
    }
    to.push_back(t);
  }
  return "";
}

std::string read_record(const records::ScheduleRecord& from, ScheduleRecord& to) {
  to.slimc = from.slimc();
  to.cpu = from.machine().cpu();
  to.cores = from.machine().cores();
  to.scheduler = from.scheduler();
  to.compile_seconds = from.compile_seconds();
  to.search_seconds = from.search_seconds();
  to.failed = from.failed();
  if (std::string problem = read_target(from.target(), to.target); !problem.empty()) return problem;
  if (std::string problem = read_stage(from.stage(), to); !problem.empty()) return problem;
  if (std::string problem = read_tiling(from.tiling(), to.tiling); !problem.empty()) return problem;
  TargetTraits traits;
  traits.register_bytes = to.target.lanes * static_cast<int>(bytes_of(ElementType::Float32));
  traits.vector_registers = to.target.vector_registers;
  if (const std::string problem = check_tiling(to.stage, to.in_padded_c, traits, to.tiling);
      !problem.empty()) {
    return "its stage cannot be compiled with its tiling: " + problem;
  }
  return read_times(from, to.times);
}

records::ScheduleRecord message_of(ScheduleRecord r) {
  records::ScheduleRecord to;
  to.set_slimc(r.slimc);
  to.mutable_machine()->set_cpu(r.cpu);
  to.mutable_machine()->set_cores(r.cores);
  to.mutable_target()->set_arch(r.target.arch);
  to.mutable_target()->set_lanes(r.target.lanes);
  to.mutable_target()->set_vector_registers(r.target.vector_registers);
  to.mutable_target()->set_fma(r.target.fma);
  to.mutable_stage()->set_kind(name_of(r.stage.kind));
  for (const Size& size : kSizes) {
    if (size.field(r) != 1) (to.mutable_stage()->*size.set)(size.field(r));
  }
  to.set_tiling(to_string(r.tiling, r.stage.kind));
  to.set_scheduler(r.scheduler);
  // The clock counts nanoseconds; more digits say nothing. What rounding would make 0 or infinite,
  // which no reader takes, stays.
  const auto rounded = [](double number) {
    return number < 0.001 || number > 1e15 ? number : std::round(number * 1000) / 1000;
  };
  for (const RecordTime& time : r.times) {
    records::Time& t = *to.add_time();
    t.set_threads(time.threads);
    t.set_runs(time.runs);
    t.set_min_us(rounded(time.min_us));
    t.set_median_us(rounded(time.median_us));
    if (time.model_min_us) t.set_model_min_us(rounded(*time.model_min_us));
  }
  if (r.compile_seconds > 0) to.set_compile_seconds(rounded(r.compile_seconds));
  if (r.search_seconds > 0) to.set_search_seconds(rounded(r.search_seconds));
  if (!r.failed.empty()) to.set_failed(r.failed);
  return to;
}

std::string print(const ScheduleRecord& record, bool single_line) {
  records::ScheduleRecords file;
  *file.add_record() = message_of(record);
  protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(single_line);
  std::string text;
  printer.PrintToString(file, &text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.pop_back();
  return text + "\n";
}

}  // namespace

std::string RecordTarget::to_string() const {
  return fmt::format("{}, {} lanes, {} registers{}", arch, lanes, vector_registers,
                     fma ? ", fma" : "");
}

RecordTarget record_target(const std::string& halide, const TargetTraits& traits) {
  RecordTarget target;
  const std::size_t bits = halide.find('-');
  target.arch = halide.substr(0, bits == halide.npos ? bits : halide.find('-', bits + 1));
  target.lanes = traits.lanes();
  target.vector_registers = traits.vector_registers;
  target.fma = traits.multiplies_and_adds;
  return target;
}

std::string stage_key(const StageShape& s) {
  std::string key = fmt::format("{} {}x{}x{} -> {}x{}x{}", name_of(s.kind), s.in_h, s.in_w, s.in_c,
                                s.out_h, s.out_w, s.out_c);
  if (s.kernel_h != 1 || s.kernel_w != 1) key += fmt::format(" {}x{}", s.kernel_h, s.kernel_w);
  if (s.stride_h != 1 || s.stride_w != 1)
    key += fmt::format(" stride {}x{}", s.stride_h, s.stride_w);
  if (s.dilation_h != 1 || s.dilation_w != 1) {
    key += fmt::format(" dilation {}x{}", s.dilation_h, s.dilation_w);
  }
  if (s.depth_multiplier != 1) key += fmt::format(" depth multiplier {}", s.depth_multiplier);
  return key;
}

ParsedRecords parse_records(std::string_view text, const std::string& file) {
  ParsedRecords parsed;
  if (text.size() > kMostBytes) {
    parsed.problems.add(
        {.file = file,
         .message = fmt::format("has {} bytes, expected at most {}", text.size(), kMostBytes)});
    return parsed;
  }
  records::ScheduleRecords message;
  protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  SyntaxErrors errors(file, parsed.problems);
  protobuf::TextFormat::ParseInfoTree places;
  protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(&places);
  parser.SetRecursionLimit(kMostNesting);
  if (!parser.Parse(&stream, &message)) {
    if (parsed.problems.empty()) {
      parsed.problems.add({.file = file, .message = "is not a file of schedule records"});
    }
    return parsed;
  }
  const auto* field = records::ScheduleRecords::descriptor()->FindFieldByName("record");
  for (int i = 0; i < message.record_size(); ++i) {
    ScheduleRecord record;
    const std::string problem = read_record(message.record(i), record);
    if (problem.empty()) {
      parsed.records.push_back(std::move(record));
    } else if (parsed.problems.list().size() < kMostProblems) {
      parsed.problems.add({.file = file,
                           .subject = fmt::format("record {}", i + 1),
                           .message = problem,
                           .line = places.GetLocation(field, i).line + 1});
    }
  }
  return parsed;
}

std::string to_line(const ScheduleRecord& record) { return print(record, true); }
std::string to_block(const ScheduleRecord& record) { return print(record, false); }

}  // namespace slimc
