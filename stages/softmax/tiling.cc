#include "schedules/tiling/lanes.h"

namespace slimc {

const TilingRules softmax_tiling = kLanesAlone;

}  // namespace slimc
