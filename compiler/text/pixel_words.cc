#include "compiler/text/pixel_words.h"

#include <fmt/format.h>

#include <cmath>

namespace slimc {
namespace {

bool is_uniform(const PixelEncoding& pixels) {
  return pixels.scale.size() == 1 && pixels.offset.size() == 1;
}

}  // namespace

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

std::string byte_order(const Plan& plan) {
  return plan.pixels.order == ChannelOrder::Bgr
             ? ", in the order red, green, blue, which is reversed for this network"
             : "";
}

}  // namespace slimc
