#include "tests/benchmarks/peers/comparison.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/peers/machine.h"
#include "tests/benchmarks/peers/measure.h"
#include "tests/benchmarks/peers/report.h"

namespace slimc::peers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Outcome timed(double min_ms, double median_ms) {
  return {.description = "v1", .min_ms = min_ms, .median_ms = median_ms};
}

// Two networks; the second peer is the best by minimum in the first, and fails in the second.
Comparison example() {
  Comparison comparison;
  comparison.circumstances = {.cpu = "A <fast> CPU",
                              .cores = 2,
                              .date = "today",
                              .warmup_ms = 2,
                              .timed_ms = 4,
                              .repeats = 3,
                              .inputs = 16,
                              .tolerance = 1e-4,
                              .notes = {"a & b"}};
  comparison.contenders = {{.name = "slimc", .ours = true}, {.name = "one"}, {.name = "two"}};
  comparison.rows = {
      {.network = "large",
       .threads = 1,
       .rounds = 30,
       .multiply_adds = 600'000'000,
       .peaks = {200, 0, 0},
       .outcomes = {timed(4, 5), timed(10, 11), timed(8, 12)}},
      {.network = "small",
       .threads = 1,
       .rounds = 100,
       .multiply_adds = 10'000'000,
       .peaks = {200, 0, 0},
       .outcomes = {timed(1, 1), timed(8, 8), {.problem = "its probabilities differ"}}}};
  comparison.bandwidths = {
      {.threads = 1, .levels = {{.name = "L1", .bytes = 48 << 10, .gb_a_second = 300}}}};
  return comparison;
}

TEST(Comparison, FindsTheBestPeer) {
  const Comparison c = example();
  EXPECT_EQ(best_peer(c, c.rows[0], Figure::Min), 2);
  EXPECT_EQ(best_peer(c, c.rows[0], Figure::Median), 1);
  EXPECT_EQ(best_peer(c, c.rows[1], Figure::Min), 1);  // the other one was not timed
}

TEST(Comparison, GivesRatiosAndTheirGeometricMean) {
  const Comparison c = example();
  EXPECT_DOUBLE_EQ(ratio_to_best_peer(c, c.rows[0], 0, Figure::Min), 2);
  EXPECT_DOUBLE_EQ(ratio_to_best_peer(c, c.rows[0], 1, Figure::Min), 0.8);
  EXPECT_DOUBLE_EQ(ratio_to_best_peer(c, c.rows[1], 2, Figure::Min), 0);
  const Summary summary = summarise(c, 1, 0, Figure::Min);
  EXPECT_DOUBLE_EQ(summary.geometric_mean, 4);  // of 2 and 8
  EXPECT_DOUBLE_EQ(summary.lowest, 2);
  EXPECT_EQ(summarise(c, 1, 2, Figure::Min).geometric_mean, 0);  // a row is missing
  EXPECT_EQ(summarise(c, 2, 0, Figure::Min).geometric_mean, 0);  // no row at all
}

TEST(Comparison, NamesItsProblems) {
  EXPECT_THAT(problems_of(example()),
              ElementsAre("small, 1 thread, two: its probabilities differ"));
}

TEST(Report, AsTextHasTimesRatiosAndProblems) {
  const std::string text = to_text(example());
  EXPECT_THAT(text, HasSubstr("A <fast> CPU, 2 cores"));
  EXPECT_THAT(text, HasSubstr("30 to 100 rounds in turn; in each turn a contender computes for 2 "
                              "ms, at least once, without being timed, then for 4 ms, at least 3 "
                              "times, on one after the other of 16 images.\n"));
  EXPECT_THAT(text, HasSubstr("NOTE: a & b"));
  EXPECT_THAT(text, HasSubstr("large          1  4.000  10.000   8.000  two               2.00\n"));
  EXPECT_THAT(text, HasSubstr("small          1  1.000   8.000  FAILED  one               8.00\n"));
  EXPECT_THAT(text,
              HasSubstr("slimc                         1  minimum            4.00        2.00\n"));
  EXPECT_THAT(text, HasSubstr("large          1    600 000 000         150.0  200.0  75.0%\n"));
  EXPECT_THAT(text, HasSubstr("Read bandwidth, 1 thread: L1 (48 kB) 300 GB/s\n"));
  EXPECT_THAT(text, HasSubstr("FAILED:\nsmall, 1 thread, two: its probabilities differ\n"));
}

// The networks again on two threads: the first peer's times stay, the others' are halved.
Comparison on_two_threads(Comparison comparison) {
  for (Row row : std::vector<Row>(comparison.rows)) {
    row.threads = 2;
    for (const std::size_t i : {0u, 2u}) {
      row.outcomes[i].min_ms /= 2;
      row.outcomes[i].median_ms /= 2;
    }
    comparison.rows.push_back(row);
  }
  return comparison;
}

TEST(Comparison, SetsTwoThreadsAgainstOne) {
  const Comparison c = on_two_threads(example());
  EXPECT_THAT(networks_of(c), ElementsAre("large", "small"));
  EXPECT_EQ(find_row(c, "small", 2), &c.rows[3]);
  EXPECT_EQ(find_row(c, "small", 3), nullptr);
  EXPECT_EQ(two_threads_over_one(c, "large", 0, Figure::Min), 2);
  EXPECT_EQ(two_threads_over_one(c, "large", 1, Figure::Median), 1);
  EXPECT_EQ(two_threads_over_one(c, "small", 2, Figure::Min), 0);  // it failed
  EXPECT_EQ(two_threads_over_one(example(), "large", 0, Figure::Min), 0);
}

TEST(Report, ComparesNumbersOfThreadsWhereThereAreBoth) {
  EXPECT_THAT(to_text(example()), Not(HasSubstr("2 threads over 1")));
  const std::string text = to_text(on_two_threads(example()));
  EXPECT_THAT(text, HasSubstr("large              2.00  1.00  2.00\n"));
  EXPECT_THAT(text, HasSubstr("small              2.00  1.00     -\n"));
  const auto json = nlohmann::json::parse(to_json(on_two_threads(example())));
  EXPECT_EQ(json["two_threads_over_one"].size(), 5u);
  EXPECT_EQ(json["two_threads_over_one"][0]["by_min"], 2);
}

TEST(Report, AsJsonHasTheSameFigures) {
  const auto json = nlohmann::json::parse(to_json(example()));
  EXPECT_EQ(json["circumstances"]["notes"][0], "a & b");
  EXPECT_EQ(json["rows"][0]["best_peer"], "two");
  EXPECT_EQ(json["rows"][0]["results"][0]["gmacs"], 150);
  EXPECT_EQ(json["rows"][0]["results"][0]["ahead_by_min"], 2);
  EXPECT_EQ(json["rows"][1]["results"][2]["problem"], "its probabilities differ");
  EXPECT_FALSE(json["rows"][1]["results"][2].contains("min_ms"));
  EXPECT_EQ(json["read_bandwidth"][0]["levels"][0]["gb_a_second"], 300);
  EXPECT_EQ(json["ahead_of_best_peer"][0]["geometric_mean_by_min"], 4);
}

TEST(Report, AsPictureHasABarAnOutcomeAndEscapesNames) {
  const std::string svg = to_svg(example());
  EXPECT_THAT(svg, HasSubstr("A &lt;fast&gt; CPU"));
  EXPECT_THAT(svg, HasSubstr("<title>slimc: 4.000 ms, 2.00</title>"));
  EXPECT_THAT(svg, HasSubstr("<title>two: its probabilities differ</title>"));
  std::size_t bars = 0;
  for (std::size_t at = 0; (at = svg.find("<title>", at)) != std::string::npos; ++at) ++bars;
  EXPECT_EQ(bars, 6u);
}

TEST(MaxDifference, IsInfiniteWhereResultsCannotBeCompared) {
  EXPECT_EQ(max_difference({1, 2}, {1, 2.5f}), 0.5);
  EXPECT_EQ(max_difference({1, 2}, {1}), INFINITY);
  EXPECT_EQ(max_difference({1, NAN}, {1, 2}), INFINITY);
  EXPECT_EQ(max_difference({NAN, 1}, {1, 2}), INFINITY);
}

TEST(CpuName, IsReadFromCpuinfo) {
  EXPECT_EQ(cpu_name("processor\t: 0\ncpu family\t: 6\nmodel\t\t: 207\nmodel name\t: Some CPU\n\n"),
            "Some CPU, family 6, model 207");
  EXPECT_EQ(cpu_name(": x\nprocessor\t: 0\n"), "unknown CPU");
}

}  // namespace
}  // namespace slimc::peers
