// What a library is before anything of it is compiled: the plans of its targets, and what goes
// around them. Header and source are prints of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/weight_rounding.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"
#include "ir/class_labels.h"

namespace slimc {

class Graph;

// What a library has for one of its targets.
struct TargetPlan {
  Target target;
  std::string suffix;  // of its symbols: "x86_64_v3"; empty where the library has one target
  Plan plan;
};

// NAME.weights (docs/formats.md), as header and source describe it.
struct WeightsFileLayout {
  struct Section {
    std::uint64_t offset = 0, bytes = 0, checksum = 0;
  };
  std::uint64_t bytes = 0, header_checksum = 0;
  std::vector<Section> sections;  // like Library::targets
};

struct Library {
  std::shared_ptr<const Graph> graph;      // that was planned: Stage::value names its ops
  std::optional<WeightRounding> rounding;  // of weights that are stored as 16-bit floats
  std::vector<TargetPlan> targets;         // one or more, the most demanding first
  ClassLabels labels;                      // one a class, or none
  bool no_threads = false;                 // not even where the targets have them
  bool external_weights = false;           // NAME.weights instead of objects
  WeightsFileLayout weights_file;          // empty: the archive has them
  // Which compile its files are from (library_id.h); 0: not known yet.
  std::uint64_t id = 0;
  // That any function of it needs at most (stack_bytes.h); 0: not known, or not yet.
  std::int64_t stack_bytes = 0;
  std::string stack_unknown;  // why it is not known

  // What all targets agree in: name, shapes, classes.
  const Plan& plan() const { return targets.front().plan; }
  std::int64_t weights_bytes() const;
};

// Checks what the writers rely on beside the plans' own verifier: there is a target, all agree in
// what a caller sees, suffixes differ, labels are those of the classes. Returns the problems.
std::vector<std::string> verify(const Library& library);

// What kernel `kernel` of a plan is called in its library, after the first stage that uses it, and
// its weights: "mynet_k_block_3" and "mynet_k_weights", or "mynet_k_x86_64_v3_weights" where the
// library has several targets. What stands behind "_k_" is slimc's own words, so that no function
// or symbol of another library is called so, as of one called "mynet_k" or "mynet_x86_64_v3".
std::string kernel_symbol(const TargetPlan& code, int kernel);
std::string weights_symbol(const TargetPlan& code);

}  // namespace slimc
