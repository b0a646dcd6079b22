#include "schedules/tiling/tiling.h"

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

const TilingRules& tiling_rules(StageKind kind) {
  static constexpr const TilingRules* kRules[] = {
#define SLIMC_STAGE_KIND(Kind, name) &name##_tiling,
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND
  };
  return *kRules[static_cast<std::size_t>(kind)];
}

const char* name_of(StageKind kind) {
  static constexpr const char* kNames[] = {
#define SLIMC_STAGE_KIND(Kind, name) #name,
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND
  };
  return kNames[static_cast<std::size_t>(kind)];
}

std::int64_t reduction_of(const StageShape& shape, std::int64_t in_padded_c) {
  const TilingRules& rules = tiling_rules(shape.kind);
  return rules.reduction == nullptr ? 0 : rules.reduction(shape, in_padded_c);
}

bool should_fuse(const StageShape& fused, const TargetTraits& target) {
  const TilingRules& rules = tiling_rules(fused.kind);
  return rules.should_fuse != nullptr && rules.should_fuse(fused, target);
}

Tiling choose_tiling(const StageShape& shape, std::int64_t in_padded_c,
                     const TargetTraits& target) {
  return tiling_rules(shape.kind).choose({shape, in_padded_c, target});
}

Tiling choose_half_tiling(const StageShape& shape, std::int64_t in_padded_c,
                          const TargetTraits& target) {
  const TilingRules& rules = tiling_rules(shape.kind);
  const Tiling of_floats = choose_tiling(shape, in_padded_c, target);
  if (rules.choose_half == nullptr) return of_floats;
  return rules.choose_half({shape, in_padded_c, target}, of_floats);
}

}  // namespace slimc
