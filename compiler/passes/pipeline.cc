#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/passes/passes.h"
#include "support/check.h"

namespace slimc {

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes = {
      {"prune", prune, "first: later passes should not look at training or summary ops"},
      {"drop_identity", drop_identity,
       "before all that matches neighbours: Identity stands between any two ops"},
      {"fold_constants", fold_constants,
       "so that later passes find written-out batch norm and biases as plain constants"},
      {"infer_pixels", infer_pixels, "needs constants, and the arithmetic as the model has it"},
      {"recognize_softmax", recognize_softmax,
       "before sink_reshape, which moves a Softmax but not its parts"},
      {"recognize_relu6", recognize_relu6,
       "needs constant bounds; before sink_reshape, which moves Relu6 but no chain at once"},
      {"convert_mat_mul", convert_mat_mul,
       "before sink_reshape, which cleans up the Reshapes that it makes"},
      {"sink_reshape", sink_reshape,
       "before bias, batch norm and activation look for the convolution in front of them"},
      {"fold_pad", fold_pad, "any time before stages are formed"},
      {"fuse_bias", fuse_bias,
       "before fold_batch_norm: the bias between convolution and batch norm is scaled with it"},
      {"fold_batch_norm", fold_batch_norm,
       "before fuse_activation: batch norm behind an activation cannot be folded"},
      {"fold_scale", fold_scale,
       "behind fold_batch_norm, which finds most of them a convolution in front"},
      {"merge_image_scale", merge_image_scale,
       "behind fold_scale: a scale without an offset costs nothing in the weights"},
      {"fuse_activation", fuse_activation,
       "once nothing but the activation is left behind a convolution"},
  };
  return passes;
}

namespace {

void expect_valid(const Graph& graph, std::string_view where) {
  const std::vector<std::string> problems = verify(graph);
  SLIMC_CHECK(problems.empty(), fmt::format("{}: {}", where, fmt::join(problems, "; ")));
}

}  // namespace

Result<Graph> run_pipeline(const Graph& graph, const AfterPass& after) {
  expect_valid(graph, "the graph that the passes start from");
  Graph current = graph;
  for (const Pass& pass : pipeline()) {
    SLIMC_ASSIGN(current, pass.run(current));
    expect_valid(current, pass.name);
    if (after) after(pass.name, current);
  }
  return current;
}

}  // namespace slimc
