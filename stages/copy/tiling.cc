#include "schedules/tiling/lanes.h"

namespace slimc {

const TilingRules copy_tiling = kLanesAlone;

}  // namespace slimc
