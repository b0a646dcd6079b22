#include "compiler/plan/choose_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ir/graph.h"
#include "schedules/records/records_source.h"
#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"
#include "stages/stage_kind.h"

namespace slimc {
namespace {

class Chooser final {
 public:
  Chooser(const Graph& graph, const NetworkStages& network, const Target& target,
          const Precision& precision, std::vector<ScheduleSource*> sources)
      : graph_(graph),
        network_(network),
        traits_(target.traits),
        half_products_(precision.arithmetic == ElementType::Float16),
        sources_(std::move(sources)),
        apart_from_(network.stages.size(), ScheduledStage::kAlone),
        padded_channels_(network.stages.size()) {}

  Result<Schedule> run() {
    const std::vector<int> fused = fuse_stages();
    Schedule schedule;
    for (int i = 0; i < static_cast<int>(network_.stages.size()); ++i) {
      const NetworkStage& stage = network_.stages[static_cast<std::size_t>(i)];
      if (std::count(fused.begin(), fused.end(), i) != 0) continue;  // a part of a later one
      const std::int64_t in_padded_c = padded_input(stage, fused[static_cast<std::size_t>(i)]);
      if (stage.only_drops_padding && in_padded_c == stage.shape.in_c) continue;
      schedule.stages.push_back(scheduled(i, fused[static_cast<std::size_t>(i)], in_padded_c));
    }
    if (!problems_.empty()) return Failure(std::move(problems_));
    return schedule;
  }

 private:
  const NetworkStage& at(int stage) const {
    return network_.stages[static_cast<std::size_t>(stage)];
  }

  // For each stage the one in front that it is one with, or kAlone.
  std::vector<int> fuse_stages() {
    std::vector<int> fused(network_.stages.size(), ScheduledStage::kAlone);
    for (std::size_t i = 0; i < fused.size(); ++i) {
      const NetworkStage& second = network_.stages[i];
      if (second.inputs.size() != 1 || second.inputs[0] < 0) continue;
      const int first = second.inputs[0];
      if (readers(first) != 1) continue;
      const std::optional<NetworkStage> both = fused_stage(at(first), second);
      if (!both) continue;
      (should_fuse_both(both->shape) ? fused : apart_from_)[i] = first;
    }
    return fused;
  }

  std::int64_t readers(int stage) const {
    std::int64_t count = 0;
    for (const NetworkStage& reader : network_.stages) {
      count += std::count(reader.inputs.begin(), reader.inputs.end(), stage);
    }
    return count;
  }

  std::optional<NetworkStage> fused_stage(const NetworkStage& first,
                                          const NetworkStage& second) const {
    for (const StageKind kind : kStageKinds) {
      const StageKindRow& row = row_of(kind);
      if (row.fuse == nullptr) continue;
      if (auto both = row.fuse(graph_, first, second)) return both;
    }
    return std::nullopt;
  }

  bool should_fuse_both(const StageShape& block) {
    for (ScheduleSource* source : sources_) {
      if (const std::optional<bool> fuse = source->fuse(block)) return *fuse;
    }
    return should_fuse(block, traits_);
  }

  // The smallest of its inputs': what all of them have.
  std::int64_t padded_input(const NetworkStage& stage, int fused_with) const {
    const std::vector<int>& inputs =
        fused_with == ScheduledStage::kAlone ? stage.inputs : at(fused_with).inputs;
    std::int64_t least = 0;
    for (const int input : inputs) {
      const std::int64_t padded = input == NetworkStage::kImage
                                      ? graph_.op(graph_.input).shape[3]
                                      : padded_channels_[static_cast<std::size_t>(input)];
      least = least == 0 ? padded : std::min(least, padded);
    }
    return least;
  }

  ScheduledStage scheduled(int index, int fused_with, std::int64_t in_padded_c) {
    ScheduledStage s;
    s.stage = index;
    s.fused_with = fused_with;
    s.apart_from = apart_from_[static_cast<std::size_t>(index)];
    s.in_padded_c = in_padded_c;
    const NetworkStage stage =
        fused_with == ScheduledStage::kAlone ? at(index) : *fused_stage(at(fused_with), at(index));
    s.name = stage.name;
    s.shape = stage.shape;
    s.tiling = tiling(s);
    padded_channels_[static_cast<std::size_t>(index)] =
        row_of(s.shape.kind).padded_channels(s.shape, in_padded_c, s.tiling);
    return s;
  }

  // An illegal one is reported and replaced, so that all of a network's are found in one run.
  Tiling tiling(const ScheduledStage& stage) {
    const bool product = stage.shape.kind == StageKind::Pointwise ||
                         stage.shape.kind == StageKind::DepthwisePointwise;
    if (product && half_products_) {
      return choose_half_tiling(stage.shape, stage.in_padded_c, traits_);
    }
    for (ScheduleSource* source : sources_) {
      const auto tiling = source->tiling(stage.shape, stage.in_padded_c);
      if (!tiling) continue;
      const std::string problem = check_tiling(stage.shape, stage.in_padded_c, traits_, *tiling);
      if (problem.empty()) return *tiling;
      problems_.add({.subject = fmt::format("stage '{}'", stage.name),
                     .message = "the tiling that was given cannot be used: " + problem,
                     .blame = Blame::Usage});
      break;
    }
    return choose_tiling(stage.shape, stage.in_padded_c, traits_);
  }

  const Graph& graph_;
  const NetworkStages& network_;
  const TargetTraits& traits_;
  const bool half_products_;
  const std::vector<ScheduleSource*> sources_;
  std::vector<int> apart_from_;                // by stage: as ScheduledStage has it
  std::vector<std::int64_t> padded_channels_;  // of each stage's result
  Diagnostics problems_;
};

}  // namespace

Result<Schedule> choose_schedule(const Graph& graph, const NetworkStages& network,
                                 const Target& target, const PlanOptions& options,
                                 ScheduleSource* first) {
  const RecordTarget record = record_target(target.halide, target.traits);
  std::vector<ScheduleSource*> sources;
  if (first != nullptr) sources.push_back(first);
  static const BestTilings none;
  const bool has_own = options.records && options.records->contains(record);
  RecordsSource own(has_own ? options.records->at(record) : none, target.traits);
  if (has_own) sources.push_back(&own);
  RecordsSource checked_in(checked_in_tilings(record), target.traits);
  if (options.use_checked_in_records) sources.push_back(&checked_in);
  return Chooser(graph, network, target, options.precision, std::move(sources)).run();
}

std::string print(const Schedule& schedule) {
  std::string text;
  for (const ScheduledStage& stage : schedule.stages) {
    text += fmt::format("stage {}: {}; {}\n", stage.name, stage_key(stage.shape),
                        to_string(stage.tiling, stage.shape.kind));
  }
  return text;
}

}  // namespace slimc
