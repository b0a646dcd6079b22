// What a kind of stage is: a row of functions, which its room stages/KIND/ defines.
#pragma once

#include <optional>

#include "ir/pixel_encoding.h"
#include "stages/forming.h"
#include "stages/kernel.h"

namespace slimc {

// What a kernel is made for.
struct StageContext {
  const Graph& graph;
  const NetworkStage& stage;
  const Tiling& tiling;
  const std::vector<ImageLayout>& inputs;  // like stage.inputs; kImage's has no padding
  const ImageLayout& output;
  const Precision& precision;

  const ImageLayout& input() const { return inputs.front(); }
  const StageShape& shape() const { return stage.shape; }
};

struct StageKindRow {
  StageKind kind;

  // The stage that begins with `op`, whose inputs have all been formed, or nothing: it is another
  // kind's. Null for kinds that are not made of ops alone.
  std::optional<FormedStage> (*form)(const Forming& network, Value op);

  // The one stage that `first` and the stage that alone reads it can be; null, or nothing: none.
  std::optional<NetworkStage> (*fuse)(const Graph& graph, const NetworkStage& first,
                                      const NetworkStage& second);

  // Channels of its result with those that fill the last vector or panel. `in_padded_c` are those
  // of its input.
  std::int64_t (*padded_channels)(const StageShape& shape, std::int64_t in_padded_c,
                                  const Tiling& tiling);

  // Whether it walks the pixels of one vector of channels, so that it is faster where pixels are no
  // multiple of a kilobyte apart.
  bool walks_pixels;

  StageKernel (*kernel)(const StageContext& context);
};

// Of each kind, defined in its room.
#define SLIMC_STAGE_KIND(Kind, name) extern const StageKindRow name##_stage;
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND

const StageKindRow& row_of(StageKind kind);

}  // namespace slimc
