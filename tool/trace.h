// What the threads of a network did when, for the viewers of Chrome's trace events (Perfetto,
// chrome://tracing).
#pragma once

#include <string>
#include <vector>

#include "support/result.h"
#include "tool/build_network.h"

namespace slimc {

// The part of a stage that one thread computed in one run. Times are in nanoseconds.
struct TracedPart {
  int run;
  LoadedTiming timing;
};

// As many runs on random input, behind some that do not count. In the order of threads, then of
// time, which begins at 0.
Result<std::vector<TracedPart>> trace_runs(const BuiltNetwork& built, int threads, int runs);

// The JSON object format of the "Trace Event Format": a complete event ('X') a part, a row a
// thread, times in microseconds; metadata events ('M') name the process after the network and the
// rows.
std::string chrome_trace(const std::string& network, const std::vector<LoadedStage>& stages,
                         const std::vector<TracedPart>& parts);

}  // namespace slimc
