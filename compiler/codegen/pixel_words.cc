#include "compiler/codegen/pixel_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace slimc {
namespace {

bool is_uniform(const PixelEncoding& pixels) {
  return pixels.scale.size() == 1 && pixels.offset.size() == 1;
}

}  // namespace

std::string pixel_range(const Plan& plan) {
  const PixelEncoding& pixels = plan.pixels;
  double low = 0, high = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(plan.input_shape[3]); ++c) {
    const double first = pixels.offset_of(c), last = 255 * pixels.scale_of(c) + first;
    low = c == 0 ? std::min(first, last) : std::min({low, first, last});
    high = c == 0 ? std::max(first, last) : std::max({high, first, last});
  }
  // -1 is -1, not what doubles make of 255/127.5 - 2.
  const auto said = [](double x) { return fmt::format("{:.6g}", std::abs(x) < 1e-12 ? 0.0 : x); };
  std::string how;
  if (is_uniform(pixels)) {
    const double divisor = divisor_of(pixels.scale[0]), offset = pixels.offset[0];
    if (divisor != 0) {
      how = fmt::format(", divided by {:.6g}", divisor);
    } else if (pixels.scale[0] != 1) {
      how = fmt::format(", times {:.6g}", pixels.scale[0]);
    }
    if (offset != 0) {
      how += fmt::format(", {} {:.6g}", offset < 0 ? "minus" : "plus", std::abs(offset));
    }
  } else {
    how = ": " + pixel_formula(plan);
  }
  return fmt::format("from {} to {} (a channel's 0 to 255{})", said(low), said(high),
                     how.empty() ? " as it is" : how);
}

std::string pixel_formula(const Plan& plan) {
  const PixelEncoding& pixels = plan.pixels;
  if (!is_uniform(pixels)) {
    std::vector<std::string> scales, offsets;
    for (std::size_t c = 0; c < static_cast<std::size_t>(plan.input_shape[3]); ++c) {
      scales.push_back(fmt::format("{:.6g}", pixels.scale_of(c)));
      offsets.push_back(fmt::format("{:.6g}", pixels.offset_of(c)));
    }
    return fmt::format("x * scale + offset, by channel of the input scale {} and offset {}",
                       fmt::join(scales, ", "), fmt::join(offsets, ", "));
  }
  const double divisor = divisor_of(pixels.scale[0]), offset = pixels.offset[0];
  std::string text = "x";
  if (divisor != 0) {
    text += fmt::format(" / {:.6g}", divisor);
  } else if (pixels.scale[0] != 1) {
    text += fmt::format(" * {:.6g}", pixels.scale[0]);
  }
  if (offset != 0) text += fmt::format(" {} {:.6g}", offset < 0 ? '-' : '+', std::abs(offset));
  return text;
}

bool scales_alike(const PixelEncoding& pixels) {
  return is_uniform(pixels) && pixels.order == ChannelOrder::Rgb;
}

std::string pixel_expression(const PixelEncoding& pixels) {
  const auto literal = [](double x) {
    const std::string digits = fmt::format("{:.9g}", static_cast<float>(x));
    return digits.find_first_of(".e") == std::string::npos ? digits + ".0f" : digits + "f";
  };
  const double divisor = divisor_of(pixels.scale[0]), offset = pixels.offset[0];
  std::string text = "x";
  if (divisor != 0) {
    text += " / " + literal(divisor);
  } else if (pixels.scale[0] != 1) {
    text += " * " + literal(pixels.scale[0]);
  }
  if (offset != 0) text += (offset < 0 ? " - " : " + ") + literal(std::abs(offset));
  return text;
}

std::string pixel_source(const Plan& plan) {
  switch (plan.pixels.source) {
    case PixelEncoding::Source::Assumed:
      return "assumed, as nothing in the model says it; slimc compile --input says otherwise";
    case PixelEncoding::Source::Model:
      return "as follows from the model: " + plan.pixels.evidence;
    case PixelEncoding::Source::User:
      return "by slimc compile --input";
  }
  return "";
}

}  // namespace slimc
