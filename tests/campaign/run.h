// Runs many mutations, each in a process that may die of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/campaign/mutation.h"
#include "tests/campaign/subject.h"

namespace slimc::campaign {

struct Tally {
  std::array<std::int64_t, kOutcomes> count = {};
  std::int64_t mutations = 0;
  double seconds = 0;            // all of it
  double slowest_seconds = 0;    // one mutation
  std::int64_t peak_rss_kb = 0;  // of any process
  // "byte 17: 3f -> 40: words", of those that are neither reported, the same nor payload.
  std::vector<std::string> remarks;

  std::int64_t of(Outcome outcome) const { return count[static_cast<std::size_t>(outcome)]; }
};

// Every byte, each to `values` other values of the 255 that there are: its single bits flipped
// first.
std::vector<Mutation> every_byte(const std::string& bytes, int values);

// `count` changes at random offsets outside of `spared` to random other values; a seed gives the
// same ones everywhere.
std::vector<Mutation> random_changes(const std::string& bytes, const std::vector<Range>& spared,
                                     std::int64_t count, std::uint64_t seed);

// Runs all of them in `jobs` processes at a time, each in a folder of its own.
Tally run(const Subject& subject, const std::vector<Mutation>& mutations, int jobs, bool with_sums);

}  // namespace slimc::campaign
