#include "schedules/records/best_tilings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"

namespace slimc {
namespace {

// The fastest of the model's times in any record of one stage, by threads.
using ModelTimes = std::map<int, double>;

ModelTimes model_times(const std::vector<ScheduleRecord>& records) {
  ModelTimes fastest;
  for (const ScheduleRecord& record : records) {
    for (const RecordTime& time : record.times) {
      if (!time.model_min_us) continue;
      const auto [at, is_new] = fastest.emplace(time.threads, *time.model_min_us);
      if (!is_new) at->second = std::min(at->second, *time.model_min_us);
    }
  }
  return fastest;
}

double log_score(const ScheduleRecord& record, const ModelTimes& model) {
  double sum = 0;
  for (const RecordTime& time : record.times) {
    const double scale = time.model_min_us ? model.at(time.threads) / *time.model_min_us : 1;
    sum += std::log(time.min_us * scale);
  }
  return sum / static_cast<double>(record.times.size());
}

// How far two measurements of the same code can be apart, where the loader put it at another place.
constexpr double kDoubt = 0.03;

std::vector<ScoredTiling> scored(const std::vector<ScheduleRecord>& records) {
  const ModelTimes model = model_times(records);
  std::vector<ScoredTiling> tilings;
  std::map<std::string, std::size_t> places;  // a record holds the knobs that matter alone
  for (const ScheduleRecord& record : records) {
    const std::string text = to_string(record.tiling, record.stage.kind);
    const auto [at, is_new] = places.emplace(text, tilings.size());
    if (is_new) tilings.push_back({.tiling = record.tiling});
    tilings[at->second].records.push_back(record);
  }
  for (ScoredTiling& tiling : tilings) {
    double sum = 0;
    for (const ScheduleRecord& record : tiling.records) sum += log_score(record, model);
    const auto count = static_cast<double>(tiling.records.size());
    tiling.score = std::exp(sum / count) * (1 + kDoubt / std::sqrt(count));
    std::stable_sort(tiling.records.begin(), tiling.records.end(),
                     [&](const ScheduleRecord& a, const ScheduleRecord& b) {
                       return log_score(a, model) < log_score(b, model);
                     });
  }
  std::stable_sort(tilings.begin(), tilings.end(),
                   [](const ScoredTiling& a, const ScoredTiling& b) { return a.score < b.score; });
  return tilings;
}

// Two stages instead of one must pay for what measurements cannot tell apart.
constexpr double kClearlyBetter = 0.98;

}  // namespace

BestTilings::BestTilings(const std::vector<ScheduleRecord>& records, const RecordTarget& target) {
  std::map<std::string, std::vector<ScheduleRecord>> groups;
  for (const ScheduleRecord& record : records) {
    if (record.target == target && !record.times.empty()) {
      groups[stage_key(record.stage)].push_back(record);
    }
  }
  for (const auto& [key, group] : groups) stages_[key] = scored(group);
}

const std::vector<ScoredTiling>& BestTilings::of(const StageShape& shape) const {
  static const std::vector<ScoredTiling> none;
  const auto found = stages_.find(stage_key(shape));
  return found == stages_.end() ? none : found->second;
}

std::optional<Tiling> BestTilings::tiling(const StageShape& shape, std::int64_t in_padded_c,
                                          const TargetTraits& target) const {
  for (const ScoredTiling& scored : of(shape)) {
    if (check_tiling(shape, in_padded_c, target, scored.tiling).empty()) return scored.tiling;
  }
  return std::nullopt;
}

std::optional<bool> BestTilings::fuse(const StageShape& block) const {
  const std::vector<ScoredTiling>& fused = of(block);
  const std::vector<ScoredTiling>& depthwise = of(depthwise_of(block));
  const std::vector<ScoredTiling>& pointwise = of(pointwise_of(block));
  if (fused.empty() || depthwise.empty() || pointwise.empty()) return std::nullopt;
  const double apart = depthwise.front().score + pointwise.front().score;
  if (apart < kClearlyBetter * fused.front().score) return false;
  if (fused.front().score < kClearlyBetter * apart) return true;
  return std::nullopt;
}

StageShape depthwise_of(const StageShape& block) {
  StageShape s = block;
  s.kind = StageKind::Depthwise;
  s.out_c = block.in_c * block.depth_multiplier;
  return s;
}

StageShape pointwise_of(const StageShape& block) {
  StageShape s;
  s.kind = StageKind::Pointwise;
  s.in_h = s.out_h = block.out_h;
  s.in_w = s.out_w = block.out_w;
  s.in_c = block.in_c * block.depth_multiplier;
  s.out_c = block.out_c;
  return s;
}

StageShape block_of(const StageShape& depthwise, const StageShape& pointwise) {
  StageShape s = depthwise;
  s.kind = StageKind::DepthwisePointwise;
  s.out_c = pointwise.out_c;
  return s;
}

std::vector<ScheduleRecord> best_records(const std::vector<ScheduleRecord>& records) {
  std::map<std::pair<RecordTarget, std::string>, std::vector<ScheduleRecord>> groups;
  for (const ScheduleRecord& record : records) {
    if (!record.times.empty()) groups[{record.target, stage_key(record.stage)}].push_back(record);
  }
  std::vector<ScheduleRecord> best;
  for (const auto& [key, group] : groups) best.push_back(scored(group).front().records.front());
  return best;
}

const BestTilings& checked_in_tilings(const RecordTarget& target) {
  static std::mutex mutex;
  static std::map<RecordTarget, BestTilings> by_target;
  const std::lock_guard lock(mutex);
  const auto found = by_target.find(target);
  if (found != by_target.end()) return found->second;
  return by_target.emplace(target, BestTilings(checked_in_records(), target)).first->second;
}

}  // namespace slimc
