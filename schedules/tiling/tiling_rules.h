// What each kind of stage says of its tilings. A kind's rules stand in its room,
// stages/KIND/tiling.cc; the functions of tiling.h, candidates.h and knobs.h look them up. What
// several kinds have in common is beside this file, by subject: lanes.h, register_tile.h, tasks.h,
// products.h, depthwise_loops.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schedules/tiling/tiling.h"

namespace slimc {

// All that a choice of a tiling may depend on.
struct StageOnTarget {
  const StageShape& shape;
  std::int64_t in_padded_c;  // see choose_tiling()
  const TargetTraits& target;
};

// The first thing that is wrong with a tiling, in words. Conditions are evaluated whatever came
// before them.
class FirstProblem {
 public:
  void require(bool holds, const std::string& otherwise) {
    if (!holds && text_.empty()) text_ = otherwise;
  }
  const std::string& text() const { return text_; }  // empty: nothing is

 private:
  std::string text_;
};

// Legal tilings of one stage, none twice, in the order in which they come.
class CandidateList {
 public:
  explicit CandidateList(const StageOnTarget& on) : on_(on) {}

  void add(const Tiling& tiling);  // a legal one
  std::vector<Tiling> take() { return std::move(list_); }

 private:
  [[maybe_unused]] StageOnTarget on_;  // what assertions ask
  std::vector<Tiling> list_;
};

struct TilingRules {
  // The fields of Tiling that reach the kernel or its tasks, with spaces between them.
  std::string_view knobs;

  // The model's choice.
  Tiling (*choose)(const StageOnTarget& on);
  // What becomes of it where the product is computed in 16-bit floats; null: nothing.
  Tiling (*choose_half)(const StageOnTarget& on, const Tiling& of_floats) = nullptr;

  // What is wrong with a tiling whose `lanes` are looked at already, and whose shape is one.
  void (*check)(const StageOnTarget& on, const Tiling& tiling, FirstProblem& problem);

  // What is worth a measurement besides `around`, which is legal.
  void (*add_candidates)(const StageOnTarget& on, const Tiling& around, CandidateList& list);

  // See reduction_of(); null: the kind is no matrix product.
  std::int64_t (*reduction)(const StageShape& shape, std::int64_t in_padded_c) = nullptr;

  // See should_fuse(); null: the kind is not two others.
  bool (*should_fuse)(const StageShape& fused, const TargetTraits& target) = nullptr;
};

#define SLIMC_STAGE_KIND(Kind, name) extern const TilingRules name##_tiling;
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND

const TilingRules& tiling_rules(StageKind kind);

}  // namespace slimc
