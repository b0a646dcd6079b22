#include "compiler/ir/pixel_encoding.h"

#include <cmath>

namespace slimc {

double divisor_of(double scale) {
  if (scale >= 1 || scale <= 0) return 0;
  const double divisor = 1 / scale;
  const double half = std::round(divisor * 2) / 2;
  return std::abs(divisor - half) < 1e-9 * divisor ? half : 0;
}

float encode(const PixelEncoding& pixels, std::size_t c, float channel) {
  const double divisor = divisor_of(pixels.scale_of(c));
  const float scaled = divisor != 0 ? channel / static_cast<float>(divisor)
                                    : channel * static_cast<float>(pixels.scale_of(c));
  return scaled + static_cast<float>(pixels.offset_of(c));
}

}  // namespace slimc
