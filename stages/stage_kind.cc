#include "stages/stage_kind.h"

namespace slimc {

const StageKindRow& row_of(StageKind kind) {
#define SLIMC_STAGE_KIND(Kind, name) &name##_stage,
  static const StageKindRow* const rows[] = {
#include "stages/kinds.def"
  };
#undef SLIMC_STAGE_KIND
  return *rows[static_cast<std::size_t>(kind)];
}

}  // namespace slimc
