// What a compilation is told: what to plan, which tools to use, what the library is to be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/plan/choose_schedule.h"
#include "compiler/targets/target.h"
#include "ir/class_labels.h"

namespace slimc {

// Who schedules the kernels: the tiling of the plan, or one of Halide's autoschedulers.
enum class Scheduler { Tiling, Adams2019, Mullapudi2016, Li2018 };

// The programs and folders that a compilation uses. One call has one.
struct Toolchain {
  std::filesystem::path cache;  // compiled kernels; empty: $XDG_CACHE_HOME/slimc or ~/.cache/slimc
  std::filesystem::path stages_program;  // slimc-stages; empty: beside the running executable
  std::filesystem::path
      runtime_include;           // holds slimc/runtime.h; empty: found beside the executable
  std::string clang;             // empty: $SLIMC_CLANG, clang++, clang++-14 from PATH
  int jobs = 0;                  // 0: one a core
  int time_limit_seconds = 120;  // for one kernel
};

struct LibraryOptions {
  ClassLabels labels;             // compiled into the library, as read from a file; may be empty
  bool external_weights = false;  // in a file of their own, NAME.weights
  bool no_threads = false;        // not even where the targets have them
};

struct CompileOptions {
  // What the library has kernels for, each less demanding than the one before (target.h,
  // parse_targets). A library takes the first that the CPU can run.
  std::vector<Target> targets;
  Scheduler scheduler = Scheduler::Tiling;
  PlanOptions plan;
  Toolchain tools;
  LibraryOptions library;

  const Target& target() const { return targets.front(); }
};

}  // namespace slimc
