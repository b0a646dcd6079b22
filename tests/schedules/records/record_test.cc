// The text of record files: what is written is read again, and everything that is wrong is said.
#include "schedules/records/record.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "schedules/records/best_tilings.h"
#include "schedules/records/record_file.h"
#include "schedules/tiling/knobs.h"
#include "tests/schedules/records/make_record.h"

namespace slimc::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// By hand, as the format is documented.
constexpr char kPool[] =
    "record {\n"
    "  slimc: \"0.1.0\" machine { cpu: \"A CPU\" cores: 2 }\n"
    "  target { arch: \"x86-64\" lanes: 16 vector_registers: 32 fma: true }\n"
    "  stage { kind: \"pool\" in_h: 7 in_w: 7 in_c: 64 out_c: 64 kernel_h: 7 kernel_w: 7\n"
    "          in_padded_c: 64 }\n"
    "  tiling: \"lanes=16 panel_vectors=2 task_channels=32\"\n"
    "  scheduler: \"search\"\n"
    "  time { threads: 1 runs: 100 min_us: 1.5 median_us: 2 model_min_us: 3 }\n"
    "  search_seconds: 12.5\n"
    "}\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

// The problem of the record above with a part changed.
std::string problem_of(const std::string& from, const std::string& to) {
  const ParsedRecords parsed = parse_records(replaced(kPool, from, to), "r.textproto");
  EXPECT_THAT(parsed.records, IsEmpty());
  return parsed.problems.to_string();
}

TEST(Records, AreReadFromText) {
  const ParsedRecords parsed = parse_records(kPool, "r.textproto");
  EXPECT_EQ(parsed.problems.to_string(), "");
  ASSERT_THAT(parsed.records, SizeIs(1));
  const ScheduleRecord& r = parsed.records[0];
  EXPECT_EQ(r.slimc, "0.1.0");
  EXPECT_EQ(r.cpu, "A CPU");
  EXPECT_EQ(r.cores, 2);
  EXPECT_EQ(r.target, avx512());
  EXPECT_EQ(r.stage.kind, StageKind::Pool);
  EXPECT_EQ(r.stage.in_h, 7);
  EXPECT_EQ(r.stage.out_h, 1) << "absent";
  EXPECT_EQ(r.in_padded_c, 64);
  EXPECT_EQ(r.tiling.panel_vectors, 2);
  EXPECT_EQ(r.tiling.task_channels, 32);
  EXPECT_EQ(r.tiling.unroll_k, Tiling{}.unroll_k) << "not named";
  EXPECT_EQ(r.scheduler, "search");
  ASSERT_THAT(r.times, SizeIs(1));
  EXPECT_EQ(r.times[0], (RecordTime{1, 100, 1.5, 2, 3}));
  EXPECT_EQ(r.search_seconds, 12.5);
}

TEST(Records, AreWrittenAsOneLineOrAsABlock) {
  for (std::size_t n = 0; n < 5; ++n) {
    for (const StageShape& stage : {late_pointwise(), block()}) {
      ScheduleRecord record = make_record(stage, n, 12);
      record.times[0].model_min_us = 11;
      const std::string line = to_line(record);
      EXPECT_EQ(line.find('\n'), line.size() - 1);
      for (const std::string& text : {line, to_block(record)}) {
        const ParsedRecords parsed = parse_records(text, "r");
        ASSERT_EQ(parsed.problems.to_string(), "");
        ASSERT_THAT(parsed.records, SizeIs(1));
        const ScheduleRecord& again = parsed.records[0];
        EXPECT_EQ(to_line(again), line);
        EXPECT_EQ(stage_key(again.stage), stage_key(stage));
        EXPECT_EQ(to_string(again.tiling, stage.kind), to_string(record.tiling, stage.kind));
        EXPECT_EQ(again.times, record.times);
      }
    }
  }
}

// Of other machines' clocks, or of somebody's pen.
TEST(Records, OfTinyAndHugeTimesAreReadBack) {
  for (const double us : {1e-300, 4e-4, 1e306}) {
    ScheduleRecord record = make_record(block(), 1, us);
    record.times = {{.threads = 1, .runs = 1, .min_us = us, .median_us = us, .model_min_us = us}};
    const ParsedRecords parsed = parse_records(to_line(record), "r");
    EXPECT_EQ(parsed.problems.to_string(), "");
    ASSERT_THAT(parsed.records, SizeIs(1));
    EXPECT_EQ(parsed.records[0].times, record.times);
  }
}

TEST(Records, OfFailuresHaveNoTimes) {
  ScheduleRecord record = make_record(block(), 1, 1);
  record.times.clear();
  record.failed = "was stopped after 120 s";
  const ParsedRecords parsed = parse_records(to_line(record), "r");
  ASSERT_EQ(parsed.problems.to_string(), "");
  EXPECT_EQ(parsed.records[0].failed, "was stopped after 120 s");
}

TEST(Records, SayWhatIsWrong) {
  EXPECT_EQ(
      problem_of("\"pool\"", "\"pole\""),
      "r.textproto:1: record 1: stage has the kind 'pole', expected one of "
      "first_convolution, depthwise, pointwise, depthwise_pointwise, pool, softmax, copy, add");
  EXPECT_EQ(problem_of("in_h: 7", "in_h: -7"),
            "r.textproto:1: record 1: stage has in_h -7, expected 1 to 2147483647");
  EXPECT_EQ(problem_of("out_c: 64", "out_c: 0"),
            "r.textproto:1: record 1: stage has out_c 0, expected 1 to 2147483647");
  EXPECT_EQ(problem_of("\"x86-64\"", "\"\""),
            "r.textproto:1: record 1: target has no arch, expected one like \"x86-64\"");
  EXPECT_EQ(problem_of("lanes: 16", "lanes: 12"),
            "r.textproto:1: record 1: target has 12 lanes, expected a power of two from 1 to 1024");
  EXPECT_EQ(problem_of("vector_registers: 32", "vector_registers: 0"),
            "r.textproto:1: record 1: target has 0 vector_registers, expected 1 to 1024");
  EXPECT_THAT(problem_of("panel_vectors=2", "pannel_vectors=2"),
              HasSubstr("record 1: tiling names the knob 'pannel_vectors', expected one of lanes, "
                        "panel_vectors, tile_pixels, "));
  EXPECT_EQ(problem_of("panel_vectors=2", "panel_vectors"),
            "r.textproto:1: record 1: tiling holds 'panel_vectors', expected knob=number");
  EXPECT_EQ(problem_of("panel_vectors=2", "lanes=16"),
            "r.textproto:1: record 1: tiling names the knob 'lanes' twice");
  EXPECT_EQ(problem_of("panel_vectors=2", "panel_vectors=99999999999"),
            "r.textproto:1: record 1: tiling has panel_vectors '99999999999', expected a whole "
            "number from -2147483648 to 2147483647");
  EXPECT_EQ(problem_of("panel_vectors=2", "panel_vectors=two"),
            "r.textproto:1: record 1: tiling has panel_vectors 'two', expected a whole number from "
            "-2147483648 to 2147483647");
  EXPECT_EQ(problem_of("lanes=16", "lanes=32"),
            "r.textproto:1: record 1: its stage cannot be compiled with its tiling: lanes is 32, "
            "expected a power of two up to the target's 16");
  EXPECT_EQ(problem_of("threads: 1", "threads: 0"),
            "r.textproto:1: record 1: time has 0 threads, expected 1 or more");
  EXPECT_EQ(problem_of("runs: 100", "runs: 0"),
            "r.textproto:1: record 1: time has 0 runs, expected 1 or more");
  EXPECT_EQ(problem_of("min_us: 1.5", "min_us: nan"),
            "r.textproto:1: record 1: time has min_us nan and median_us 2, expected numbers above "
            "0, the first at most the second");
  EXPECT_EQ(problem_of("median_us: 2", "median_us: 1"),
            "r.textproto:1: record 1: time has min_us 1.5 and median_us 1, expected numbers above "
            "0, the first at most the second");
  EXPECT_EQ(problem_of("model_min_us: 3", "model_min_us: 0"),
            "r.textproto:1: record 1: time has model_min_us 0, expected a number above 0");
  EXPECT_EQ(
      problem_of("  time {", "  time { threads: 1 runs: 1 min_us: 1 median_us: 1 }\n  time {"),
      "r.textproto:1: record 1: has two times with 1 threads");
  EXPECT_EQ(problem_of("  search_seconds", "  failed: \"so\" search_seconds"),
            "r.textproto:1: record 1: has times although it failed, expected one of both");
  EXPECT_EQ(
      problem_of("  time { threads: 1 runs: 100 min_us: 1.5 median_us: 2 model_min_us: 3 }\n", ""),
      "r.textproto:1: record 1: has no time, expected min_us and median_us for a number of "
      "threads");
  EXPECT_THAT(problem_of("scheduler", "schedule"),
              HasSubstr("r.textproto:7:11: Message type \"slimc.records.ScheduleRecord\" has no "
                        "field named \"schedule\""));
}

TEST(Records, NameTheLineOfEachBadOneAndKeepTheGood) {
  const std::string bad = replaced(kPool, "lanes=16", "lanes=32");
  const ParsedRecords parsed = parse_records(bad + kPool + bad, "r");
  EXPECT_THAT(parsed.records, SizeIs(1));
  ASSERT_THAT(parsed.problems.list(), SizeIs(2));
  EXPECT_EQ(parsed.problems.list()[1].line, 21);
  EXPECT_EQ(parsed.problems.list()[1].subject, "record 3");
}

TEST(Records, OfAWrongFileAreFewWords) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += replaced(kPool, "lanes=16", "lanes=32");
  EXPECT_THAT(parse_records(text, "r").problems.list(), SizeIs(20));
  EXPECT_FALSE(parse_records(std::string("\x7f"
                                         "ELF\0\0",
                                         6),
                             "r")
                   .problems.empty());
  EXPECT_FALSE(parse_records(std::string(100000, '{'), "r").problems.empty());
  EXPECT_TRUE(parse_records("", "r").problems.empty()) << "a search that has measured nothing";
}

TEST(Records, OfTheMachineAndOfItsArchitectureLevelHaveOneTarget) {
  TargetTraits host = avx512_traits();
  host.l2_bytes = 2 << 20;
  EXPECT_EQ(record_target("x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41", host),
            record_target("x86-64-linux-avx-avx2-avx512-fma", avx512_traits()));
  TargetTraits avx2 = host;
  avx2.register_bytes = 32, avx2.vector_registers = 16;
  TargetTraits avx = avx2;
  avx.multiplies_and_adds = false;
  EXPECT_NE(record_target("x86-64-linux-avx-avx2-fma", avx2),
            record_target("x86-64-linux-avx-avx2", avx));
  EXPECT_EQ(record_target("arm-64-linux", host).arch, "arm-64");
}

// A change of the kernels can make records illegal. slimc would leave them out without a word.
TEST(Records, ThatAreCheckedInAreGood) {
  const std::filesystem::path folder = SLIMC_SOURCE_DIR "/schedules/records/best";
  std::size_t records = 0;
  SilentReporter silent;
  if (std::filesystem::exists(folder)) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().extension() != ".textproto") continue;
      const auto read = read_records(file.path(), silent);
      ASSERT_TRUE(read) << read.error().to_string();
      EXPECT_EQ(best_records(*read).size(), read->size()) << file.path() << ": one a stage";
      records += read->size();
    }
  }
  EXPECT_EQ(checked_in_records().size(), records) << "the files that CMakeLists.txt names";
}

}  // namespace
}  // namespace slimc::testing
