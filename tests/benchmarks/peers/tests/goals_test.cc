#include "tests/benchmarks/peers/goals.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/peers/report.h"

namespace slimc::peers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// slimc in `ours` and a peer in `peer` milliseconds, at a peak of 100 GMAC/s.
Row row(const std::string& network, int threads, double ours, double peer) {
  return {
      .network = network,
      .threads = threads,
      .rounds = 1,
      .multiply_adds = 100'000'000,  // a millisecond at the peak
      .peaks = {100, 0},
      .outcomes = {{.min_ms = ours, .median_ms = 9, .memory = 4'800'000, .beyond_weights = 440'000},
                   {.min_ms = peer, .median_ms = 9}}};
}

Comparison example(std::vector<Row> rows) {
  Comparison comparison;
  comparison.contenders = {{.name = "slimc host", .ours = true}, {.name = "peer"}};
  comparison.rows = std::move(rows);
  return comparison;
}

// Both networks of the goals; the small one is too slow on two threads.
Comparison both() {
  return example(
      {row("mobilenet_v1_1.0_224", 1, 1.25, 1.5625), row("mobilenet_v1_1.0_224", 2, 0.625, 1.25),
       row("mobilenet_v1_0.25_128", 1, 1.6, 2), row("mobilenet_v1_0.25_128", 2, 1.28, 1.28)});
}

std::vector<std::string> lines(const Comparison& comparison) {
  std::vector<std::string> texts;
  for (const Goal& goal : goals_of(comparison)) {
    texts.push_back(goal.name + " " + reach_text(goal) + " | " + value_text(goal, goal.value) +
                    (is_met(goal) ? " met" : ""));
  }
  return texts;
}

TEST(Goals, AreHeldAgainstWhatWasMeasured) {
  EXPECT_THAT(
      lines(both()),
      ElementsAre("1.0/224, 1 thread: share of the FMA peak >= 85.00% | 80.00%",
                  "2 networks of 16, 1 thread: ahead of the best peer, geometric mean >= 1.250 | "
                  "1.250 met",
                  "2 networks of 16, 1 thread: ahead of the best peer, lowest row >= 1.050 | "
                  "1.250 met",
                  "2 networks of 16, 2 threads: ahead of the best peer, geometric mean >= 1.250 | "
                  "1.414 met",
                  "2 networks of 16, 2 threads: ahead of the best peer, lowest row >= 1.050 | "
                  "1.000",
                  "0.25/128, 1 thread: share of the FMA peak >= 60.00% | 62.50% met",
                  "1.0/224: 2 threads over 1 >= 1.850 | 2.000 met",
                  "0.25/128: 2 threads over 1 >= 1.600 | 1.250",
                  "1.0/224, 1 thread: the caller's memory <= 5.000 MB | 4.800 MB met",
                  "largest library, beyond its weights <= 450.0 kB | 440.0 kB met"));
}

TEST(Goals, OfNetworksThatAreNotThereAreLeftOut) {
  EXPECT_THAT(lines(example({row("mobilenet_v1_0.5_160", 2, 1, 2)})),
              ElementsAre("1 network of 16, 2 threads: ahead of the best peer, geometric mean >= "
                          "1.250 | 2.000 met",
                          "1 network of 16, 2 threads: ahead of the best peer, lowest row >= 1.050 "
                          "| 2.000 met",
                          "largest library, beyond its weights <= 450.0 kB | 440.0 kB met"));
  EXPECT_THAT(goals_of(example({})), IsEmpty());
  Comparison nobody = both();
  nobody.contenders[0].ours = false;
  EXPECT_THAT(goals_of(nobody), IsEmpty());
}

TEST(Goals, NameAllNetworksWhenTheyAreThere) {
  const std::vector<Row> rows(16, row("another", 1, 1, 1.25));
  EXPECT_THAT(lines(example(rows)).front(),
              HasSubstr("all 16 networks, 1 thread: ahead of the best peer, geometric mean"));
}

TEST(Goals, TakeTheLargestSizesAndTheBoundItself) {
  Comparison comparison = both();
  comparison.rows[0].outcomes[0].memory = 5'000'000;
  comparison.rows[3].outcomes[0].beyond_weights = 450'001;
  EXPECT_THAT(lines(comparison)[8], HasSubstr("5.000 MB met"));
  EXPECT_THAT(lines(comparison)[9], Not(HasSubstr("met")));
}

TEST(Goals, WithoutAMeasurementAreNotJudged) {
  Comparison comparison = both();
  for (Outcome& outcome : comparison.rows[2].outcomes) outcome = {.problem = "cannot"};
  const std::vector<Goal> goals = goals_of(comparison);
  ASSERT_EQ(goals.size(), 10u);
  for (const std::size_t i : {1u, 2u, 5u, 7u, 9u}) {
    EXPECT_EQ(goals[i].value, 0) << goals[i].name;
    EXPECT_FALSE(is_met(goals[i])) << goals[i].name;
  }
  EXPECT_THAT(to_text(comparison), HasSubstr("not measured\n"));
  const auto json = nlohmann::json::parse(to_json(comparison));
  EXPECT_TRUE(json["goals"][5]["met"].is_null());
  EXPECT_TRUE(json["goals"][5]["value"].is_null());
}

TEST(Report, HasTheGoals) {
  const std::string text = to_text(both());
  EXPECT_THAT(text, HasSubstr("\nGoals:\n"));
  EXPECT_THAT(text, HasSubstr("  >= 85.00%    80.00%  NOT MET\n"));
  EXPECT_THAT(text, HasSubstr("  >= 60.00%    62.50%  met\n"));
  EXPECT_THAT(to_text(example({row("another", 3, 1, 1)})), HasSubstr("\nGoals:\n"));
  Comparison nobody = both();
  nobody.contenders[0].ours = false;
  EXPECT_THAT(to_text(nobody), Not(HasSubstr("Goals")));
  const auto json = nlohmann::json::parse(to_json(both()));
  EXPECT_EQ(json["goals"][0]["goal"], "1.0/224, 1 thread: share of the FMA peak");
  EXPECT_EQ(json["goals"][0]["reach"], ">= 85.00%");
  EXPECT_EQ(json["goals"][0]["value"], 0.8);
  EXPECT_EQ(json["goals"][0]["met"], false);
  EXPECT_EQ(json["goals"][5]["met"], true);
}

}  // namespace
}  // namespace slimc::peers
