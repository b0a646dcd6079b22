// What the project wants to reach, held against what a comparison found.
#pragma once

#include <string>
#include <vector>

#include "tests/benchmarks/peers/comparison.h"

namespace slimc::peers {

struct Goal {
  enum class Unit { Share, Ratio, Megabytes, Kilobytes };
  enum class Side { AtLeast, AtMost };

  std::string name;  // "1.0/224, 1 thread: share of the FMA peak"
  Unit unit = Unit::Ratio;
  Side side = Side::AtLeast;
  double bound = 0;  // shares and ratios as they are, sizes in bytes
  double value = 0;  // likewise; 0: a contender that it needs was not measured
};

// The goals whose networks and numbers of threads are in the comparison. They are slimc's in its
// first form, which is the one for this machine.
std::vector<Goal> goals_of(const Comparison& comparison);

bool is_met(const Goal& goal);

// "87.31%", "1.274", "4.816 MB", "431.2 kB"
std::string value_text(const Goal& goal, double value);
// ">= 85.00%"
std::string reach_text(const Goal& goal);

}  // namespace slimc::peers
