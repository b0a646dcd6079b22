#include "frontend/mobilenet/mobilenet.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "frontend/frontend.h"
#include "frontend/mobilenet/family.h"
#include "frontend/mobilenet/random_weights.h"

namespace slimc::frontend {
namespace {

Result<void> check(const MobileNetOptions& options) {
  OptionChecks checks;
  checks.expect(options.alpha > 0 && options.alpha <= kMaxAlpha, "alpha",
                fmt::format("{}", options.alpha),
                fmt::format("more than 0 and at most {}", kMaxAlpha));
  checks.between("min_depth", options.min_depth, 1, kMaxMinDepth);
  checks.between("height", options.height, kMinSide, kMaxSide);
  checks.between("width", options.width, kMinSide, kMaxSide);
  checks.between("channels", options.channels, 1, kMaxImageChannels);
  checks.between("batch", options.batch, 1, kMaxBatch);
  checks.between("classes", options.classes, 0, kMaxClasses);
  checks.between("depth_multiplier", options.depth_multiplier, 1, kMaxDepthMultiplier);
  checks.expect(
      options.output_stride == 8 || options.output_stride == 16 || options.output_stride == 32,
      "output_stride", std::to_string(options.output_stride), "8, 16 or 32");
  if (!checks.passed()) return Failure(checks.take());
  return {};
}

}  // namespace

Result<Architecture> slim_architecture(const MobileNetOptions& options) {
  SLIMC_TRY(check(options));
  const auto depth = [&](std::int64_t filters) {
    return std::max(scaled(filters, options.alpha), options.min_depth);
  };
  Architecture architecture;
  architecture.dialect = Dialect::Slim;
  architecture.input = Shape{options.batch, options.height, options.width, options.channels};
  architecture.padding = options.explicit_padding ? PaddingStyle::Symmetric : PaddingStyle::Same;
  architecture.stem_filters = depth(kStemFilters);
  // From where the wanted stride is reached, a layer dilates by the strides that were left out
  // before it, and leaves out its own.
  std::int64_t stride = 2;
  std::int64_t rate = 1;
  for (const BlockDefinition& definition : kBlockDefinitions) {
    Block block{.depth_multiplier = options.depth_multiplier, .filters = depth(definition.filters)};
    if (stride == options.output_stride) {
      block.dilation = rate;
      rate *= definition.stride;
    } else {
      block.stride = definition.stride;
      stride *= definition.stride;
    }
    architecture.blocks.push_back(block);
  }
  architecture.pooling = GlobalPooling::Average;
  architecture.global_pool = options.global_pool;
  architecture.classes = options.classes;
  architecture.softmax = options.softmax;
  return architecture;
}

Result<Graph> build_mobilenet(const MobileNetOptions& options) {
  SLIMC_ASSIGN(const Architecture architecture, slim_architecture(options));
  SLIMC_ASSIGN(Graph graph,
               build_network(architecture, random_weights(architecture, options.seed)));
  graph.name = spelled_in_c(fmt::format("mobilenet_v1_{:.2f}_{}", options.alpha,
                                        size_words(options.height, options.width)));
  return graph;
}

std::string size_words(std::int64_t height, std::int64_t width) {
  if (height == width) return std::to_string(height);
  return fmt::format("{}x{}", height, width);
}

}  // namespace slimc::frontend
