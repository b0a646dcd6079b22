#include <algorithm>

#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

constexpr std::int64_t kMaxPadding = 1 << 20;

}  // namespace

// PAD, and PADV2, whose input 2 says what to pad with.
Result<Imported> convert_pad(OpContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  // Row d has what comes before and after dimension d of n, h, w, c.
  SLIMC_ASSIGN(const std::vector<std::int64_t> pad, context.integers(1));
  const bool valid = pad.size() == 8 && pad[0] == 0 && pad[1] == 0 && pad[6] == 0 && pad[7] == 0 &&
                     std::all_of(pad.begin(), pad.end(),
                                 [](std::int64_t p) { return p >= 0 && p <= kMaxPadding; });
  if (!valid) {
    return context.fail("its paddings are " + Shape(pad).to_string() +
                        ", expected [[0,0],[top,bottom],[left,right],[0,0]]");
  }
  if (context.has_input(2)) {
    SLIMC_ASSIGN(const Tensor value, context.floats(2));
    if (value.data != std::vector<float>{0}) {
      return context.fail("pads with something else than 0, which slimc does not do");
    }
  }
  return context.emit(OpKind::Pad, {image}, PadAttributes{Padding{pad[2], pad[3], pad[4], pad[5]}});
}

}  // namespace slimc::frontend::tflite
