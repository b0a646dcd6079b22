#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

constexpr std::int64_t kMaxPadding = 1 << 20;

// PadV2 says what to pad with.
Result<void> expect_zeros(const NodeContext& context, const Graph& graph) {
  if (context.input_count() < 3) return {};
  SLIMC_ASSIGN(const Value value, context.tensor(2));
  const Op& op = graph.op(value);
  if (op.kind == OpKind::Constant && op.constant->data == std::vector<float>{0}) return {};
  return context.fail("pads with something else than 0, which slimc does not do");
}

}  // namespace

Result<Imported> convert_pad(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_TRY(expect_zeros(context, context.state().graph));
  SLIMC_ASSIGN(const IntegerTensor paddings, context.integers(1));
  // Row d has what comes before and after dimension d of n, h, w, c.
  const std::vector<std::int64_t>& pad = paddings.data;
  const bool valid = paddings.shape == Shape{4, 2} && pad[0] == 0 && pad[1] == 0 && pad[6] == 0 &&
                     pad[7] == 0 && std::all_of(pad.begin(), pad.end(), [](std::int64_t p) {
                       return p >= 0 && p <= kMaxPadding;
                     });
  if (!valid) {
    return context.fail("its paddings are " + Shape(pad).to_string() +
                        ", expected [[0,0],[top,bottom],[left,right],[0,0]]");
  }
  return context.emit(OpKind::Pad, {image}, PadAttributes{Padding{pad[2], pad[3], pad[4], pad[5]}});
}

}  // namespace slimc::frontend
