#include "frontend/keras/config_keys.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace slimc::frontend {
namespace {

// What get_config() of the layers gives (tensorflow/python/keras/layers of r1.9 to r2.15,
// keras/src/layers of Keras 3), in the order of letters.
constexpr std::string_view kKeys[] = {
    "activation",
    "activity_regularizer",
    "adjustment",
    "arguments",
    "autocast",
    "axis",
    "batch_input_shape",
    "batch_shape",
    "beta_constraint",
    "beta_initializer",
    "beta_regularizer",
    "bias_constraint",
    "bias_initializer",
    "bias_regularizer",
    "build_config",
    "center",
    "cropping",
    "data_format",
    "depth_multiplier",
    "depthwise_constraint",
    "depthwise_initializer",
    "depthwise_regularizer",
    "dilation_rate",
    "dtype",
    "epsilon",
    "filters",
    "fused",
    "gamma_constraint",
    "gamma_initializer",
    "gamma_regularizer",
    "groups",
    "input_dtype",
    "input_shape",
    "interpolation",
    "keepdims",
    "kernel_constraint",
    "kernel_initializer",
    "kernel_regularizer",
    "kernel_size",
    "layers",
    "lora_rank",
    "max_value",
    "mean",
    "module",
    "momentum",
    "moving_mean_initializer",
    "moving_variance_initializer",
    "name",
    "negative_slope",
    "noise_shape",
    "offset",
    "optional",
    "padding",
    "pointwise_constraint",
    "pointwise_initializer",
    "pointwise_regularizer",
    "pool_size",
    "ragged",
    "rank",
    "rate",
    "registered_name",
    "renorm",
    "renorm_clipping",
    "renorm_momentum",
    "scale",
    "seed",
    "size",
    "sparse",
    "strides",
    "synchronized",
    "target_shape",
    "threshold",
    "trainable",
    "type_spec",
    "units",
    "use_bias",
    "value",
    "variance",
    "virtual_batch_size",
};
static_assert(std::is_sorted(std::begin(kKeys), std::end(kKeys)));

}  // namespace

std::vector<std::string> unknown_keys(const nlohmann::json& config) {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : config.items()) {
    if (!std::binary_search(std::begin(kKeys), std::end(kKeys), std::string_view(key))) {
      unknown.push_back(key);
    }
  }
  return unknown;
}

}  // namespace slimc::frontend
