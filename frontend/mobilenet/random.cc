#include "frontend/mobilenet/random.h"

namespace slimc::frontend {

double Random::uniform(double low, double high) {
  const double unit = static_cast<double>(engine_() >> 11) * 0x1p-53;
  return low + (high - low) * unit;
}

double Random::normal() {
  constexpr std::int64_t kHalfOfTwelve = 6 * 0xffffffffLL;
  std::int64_t sum = -kHalfOfTwelve;
  for (int draw = 0; draw < 6; ++draw) {
    const std::uint64_t bits = engine_();
    sum += static_cast<std::int64_t>(bits >> 32) + static_cast<std::int64_t>(bits & 0xffffffff);
  }
  return static_cast<double>(sum) * 0x1p-32;
}

}  // namespace slimc::frontend
