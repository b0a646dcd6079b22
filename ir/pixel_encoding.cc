#include "ir/pixel_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace slimc {
namespace {

constexpr double kLargestPixel = 255;

// Six digits, without what rounding leaves of a zero.
std::string number(double value) { return fmt::format("{:.6g}", value == 0 ? 0 : value); }

// "1" where all channels have it, else "[1,2,3]".
std::string list(std::size_t channels, const std::function<double(std::size_t)>& value) {
  std::string text;
  bool equal = true;
  for (std::size_t c = 0; c < channels; ++c) {
    text += (c > 0 ? "," : "") + number(value(c));
    equal = equal && number(value(c)) == number(value(0));
  }
  return equal ? number(value(0)) : "[" + text + "]";
}

// Whether six digits are the number, but for what single precision loses.
bool is_short(double value) {
  constexpr double kTolerance = 1e-7;
  const double read = std::stod(number(value));
  return std::abs(read - value) <= kTolerance * std::abs(value);
}

std::string plus(const std::string& text, double value) {
  if (value == 0) return text;
  return fmt::format("{} {} {}", text, value < 0 ? "-" : "+", number(std::abs(value)));
}

// "x", "x/127.5" or "x*0.0123".
std::string scaled(double scale) {
  if (scale == 1) return "x";
  const bool divides = std::abs(scale) < 1 && scale > 0 && is_short(1 / scale);
  return divides ? "x/" + number(1 / scale) : "x*" + number(scale);
}

}  // namespace

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

std::string formula(const PixelEncoding& encoding) {
  const std::size_t channels = std::max(encoding.scale.size(), encoding.offset.size());
  double low = encoding.offset_of(0), high = low;
  bool positive = true;
  for (std::size_t c = 0; c < channels; ++c) {
    const double ends[] = {encoding.offset_of(c),
                           kLargestPixel * encoding.scale_of(c) + encoding.offset_of(c)};
    low = std::min({low, ends[0], ends[1]});
    high = std::max({high, ends[0], ends[1]});
    positive = positive && encoding.scale_of(c) > 0;
  }
  std::string text;
  if (channels == 1) {
    text = plus(scaled(encoding.scale[0]), encoding.offset[0]);
  } else if (positive) {  // as mean and standard deviation
    const std::string mean = list(
        channels, [&](std::size_t c) { return -encoding.offset_of(c) / encoding.scale_of(c); });
    const std::string deviation =
        list(channels, [&](std::size_t c) { return 1 / encoding.scale_of(c); });
    text = deviation == "1" ? "x - " + mean : fmt::format("(x - {})/{}", mean, deviation);
  } else {
    text = fmt::format("x*{} + {}",
                       list(channels, [&](std::size_t c) { return encoding.scale_of(c); }),
                       list(channels, [&](std::size_t c) { return encoding.offset_of(c); }));
  }
  return fmt::format("{} ({} to {})", text, number(low), number(high));
}

std::string order_name(const PixelEncoding& encoding, std::int64_t channels) {
  if (channels == 1) return "grey";
  if (channels != 3) return "";
  return encoding.order == ChannelOrder::Rgb ? "RGB" : "BGR";
}

std::string describe(const PixelEncoding& encoding, std::int64_t channels) {
  std::string text = formula(encoding);
  if (const std::string order = order_name(encoding, channels); !order.empty()) {
    text += ", " + order;
  }
  switch (encoding.source) {
    case PixelEncoding::Source::Assumed:
      return text + ", assumed" + (encoding.evidence.empty() ? "" : ": " + encoding.evidence);
    case PixelEncoding::Source::Model:
      return text + ", the model's" +
             (encoding.evidence.empty() ? "" : " (" + encoding.evidence + ")");
    case PixelEncoding::Source::User:
      return text + ", as you said" +
             (encoding.evidence.empty() ? "" : ", although " + encoding.evidence);
  }
  return text;
}

}  // namespace slimc
