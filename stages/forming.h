// What a kind of stage sees of a network when one of its ops is to become a stage.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "stages/network_stage.h"

namespace slimc {

// The network as it has been formed so far, for a kind of stage that looks at its next op.
class Forming {
 public:
  Forming(const Graph& graph, const NetworkStages& formed, const std::vector<int>& stage_of_op,
          const std::vector<int>& uses)
      : graph_(graph), formed_(formed), stage_of_op_(stage_of_op), uses_(uses) {}

  const Graph& graph() const { return graph_; }
  const Op& op(Value value) const { return graph_.op(value); }

  // The stage that gives the value, or kImage.
  int stage_of(Value value) const { return stage_of_op_[static_cast<std::size_t>(value.op)]; }
  bool is_image(Value value) const { return stage_of(value) == NetworkStage::kImage; }
  const NetworkStage& stage(int index) const {
    return formed_.stages[static_cast<std::size_t>(index)];
  }
  const std::vector<NetworkStage>& stages() const { return formed_.stages; }

  Value behind_reshapes(Value value) const;
  // Whether its last dimension is not the channels of its stage's result.
  bool is_flattened(Value value) const;
  // Whether it has that result's channels, rows and columns.
  bool has_stages_pixels(Value value) const;
  // Whether a stage of that kind, or of that name, was formed.
  bool has(StageKind kind) const;
  bool has(std::string_view name) const;
  int count(StageKind kind) const;

  // The activation behind a value that nothing else reads.
  std::optional<Value> lone_activation(Value value) const;

 private:
  const Graph& graph_;
  const NetworkStages& formed_;
  const std::vector<int>& stage_of_op_;
  const std::vector<int>& uses_;
};

// The function of an op that is one, or nothing.
std::optional<ActivationFunction> activation_of(const Op& op);

// Says so of those that stand between a value and what computed it.
std::string not_supported_reshape(const Forming& network, Value value);

// Of a stage that computes as many pixels as it reads, whatever the reshapes between.
StageShape shape_behind(StageKind kind, const NetworkStage& source, std::int64_t out_channels);

// A stage, or why its ops cannot be one: what is wrong with the op, for the user.
struct FormedStage {
  NetworkStage stage;
  std::string problem;
};

}  // namespace slimc
