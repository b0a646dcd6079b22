#include "compiler/codegen/stage_tilings.h"

#include <fmt/format.h>

#include "schedules/tiling/candidates.h"

namespace slimc {

bool fuse_block(const StageShape& block, const CompileOptions& options) {
  if (options.fuse_block) {
    if (const std::optional<bool> fuse = options.fuse_block(block)) return *fuse;
  }
  // The checked-in records of the target are asked here.
  return should_fuse(block, options.target.traits);
}

Result<Tiling> stage_tiling(const std::string& stage, const StageShape& shape,
                            const CompileOptions& options) {
  if (options.choose_tiling) {
    if (const std::optional<Tiling> tiling = options.choose_tiling(shape)) {
      const std::string problem = check_tiling(shape, options.target.traits, *tiling);
      if (problem.empty()) return *tiling;
      return fail({.subject = fmt::format("stage '{}'", stage),
                   .message = "the tiling that was given cannot be used: " + problem,
                   .blame = Blame::Usage});
    }
  }
  // The checked-in records of the target are asked here.
  return legal_choice(shape, options.target.traits);
}

}  // namespace slimc
