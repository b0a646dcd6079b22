// The search for schedules: proposes, compiles, measures, keeps the best, writes everything down.
//
// A round compiles a few variants of a whole network. In each variant every distinct stage has a
// candidate of its own, so a round tries as many candidates of all stages at once, and each is
// measured between its real neighbours. The variants run interleaved with the best so far and with
// the tiling model's network, and every time is kept relative to the model's in the same runs. The
// best so far is measured anew in each round, from a library that was loaded anew: what won by
// chance falls back (ScoredTiling::score).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/tuning/bench.h"
#include "compiler/tuning/comparison.h"
#include "schedules/records/best_tilings.h"
#include "schedules/records/record.h"
#include "support/reporter.h"

namespace slimc {

struct SearchOptions {
  TargetTraits traits;
  std::vector<int> threads = {1};  // numbers of threads to measure with
  double budget_seconds = 600;
  std::uint32_t seed = 1;
  int variants = 4;                 // a round
  int jobs = 1;                     // kernels compiled at a time
  ScheduleRecord origin;            // slimc, cpu, cores, target: what all records say
  std::function<double()> seconds;  // since the search began
  std::function<bool()> interrupted;
  // Called with what a round measured, before it is used. Its failure ends the search.
  std::function<Result<void>(const std::vector<ScheduleRecord>&)> append;
};

// One network in the end.
struct SearchedNetwork {
  std::string name;
  std::vector<ComparedSchedule> schedules;        // the model's and the best, interleaved
  std::map<std::string, std::size_t> candidates;  // that were tried of each stage, by its name
};

struct SearchResult {
  std::vector<SearchedNetwork> networks;
  std::size_t rounds = 0, candidates = 0;  // of this search
  bool interrupted = false;
  bool exhausted = false;  // there is nothing left to propose
};

// `known` are the records that a search goes on from: those of the same target, machine and version
// of slimc count; what they hold is not measured again.
Result<SearchResult> search(const std::vector<Bench*>& networks,
                            const std::vector<ScheduleRecord>& known, const SearchOptions& options,
                            Reporter& reporter);

}  // namespace slimc
