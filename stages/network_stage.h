// A network as stages: groups of ops that one kernel computes, before anybody decides how.
#pragma once

#include <string>
#include <vector>

#include "ir/value.h"
#include "schedules/tiling/tiling.h"

namespace slimc {

struct NetworkStage {
  // In place of another stage: the network's input.
  static constexpr int kImage = -1;

  StageKind kind = StageKind::Copy;
  std::string name;        // C identifier, unique in the network: "conv_0", "logits"
  std::string block_name;  // of the one stage that it can be with another: "block_3"
  // Of the graph, in order. Those that only rename their input are left out.
  std::vector<Value> ops;
  std::vector<int> inputs;  // stages, or kImage
  Value value;              // the op whose result it writes
  StageShape shape;
  // Takes all pixels of its input for one row: no gap may be between them.
  bool joins_pixels = false;
  // Gives a result to the caller without the channels that pad it: needed only where some do, else
  // the stage in front writes to the caller itself.
  bool only_drops_padding = false;
};

struct NetworkStages {
  std::vector<NetworkStage> stages;  // in an order in which they can run
  std::vector<int> outputs;          // like the graph's: the stage that gives it
};

}  // namespace slimc
