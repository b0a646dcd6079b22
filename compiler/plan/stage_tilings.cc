#include "compiler/plan/stage_tilings.h"

#include <fmt/format.h>

#include "schedules/records/best_tilings.h"
#include "schedules/tiling/candidates.h"

namespace slimc {
namespace {

const BestTilings& best_tilings(const CompileOptions& options) {
  return checked_in_tilings(record_target(options.target.halide, options.target.traits));
}

}  // namespace

bool fuse_block(const StageShape& block, const CompileOptions& options) {
  if (options.fuse_block) {
    if (const std::optional<bool> fuse = options.fuse_block(block, options.target)) return *fuse;
  }
  if (options.use_checked_in_records) {
    if (const std::optional<bool> fuse = best_tilings(options).fuse(block)) return *fuse;
  }
  return should_fuse(block, options.target.traits);
}

Result<Tiling> stage_tiling(const std::string& stage, const StageShape& shape,
                            const CompileOptions& options) {
  const bool product =
      shape.kind == StageKind::Pointwise || shape.kind == StageKind::DepthwisePointwise;
  if (product && options.arithmetic == ElementType::Float16) {
    return choose_half_tiling(shape, options.target.traits);
  }
  if (options.choose_tiling) {
    if (const std::optional<Tiling> tiling = options.choose_tiling(shape, options.target)) {
      const std::string problem = check_tiling(shape, options.target.traits, *tiling);
      if (problem.empty()) return *tiling;
      return fail({.subject = fmt::format("stage '{}'", stage),
                   .message = "the tiling that was given cannot be used: " + problem,
                   .blame = Blame::Usage});
    }
  }
  if (options.use_checked_in_records) {
    const BestTilings& best = best_tilings(options);
    if (const auto tiling = best.tiling(shape, options.target.traits)) return *tiling;
  }
  return choose_tiling(shape, options.target.traits);
}

}  // namespace slimc
