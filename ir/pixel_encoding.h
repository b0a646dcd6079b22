// What the numbers of a network's input mean: how the pixels of a photograph become them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace slimc {

enum class ChannelOrder { Rgb, Bgr };

// Channel c of the input is p * scale[c] + offset[c], where p is a pixel's channel, 0 to 255.
// Pixels are given as red, green, blue; the network's channels are in `order`, and so are `scale`
// and `offset`.
struct PixelEncoding {
  // Where it is known from.
  enum class Source {
    Assumed,  // nothing says it: the family's, x/127.5 - 1
    Model,    // the arithmetic in front of the model's first convolution
    User,     // --input, --order
  };

  // One number for all channels, or one for each.
  std::vector<double> scale = {1.0 / 127.5};
  std::vector<double> offset = {-1.0};
  ChannelOrder order = ChannelOrder::Rgb;
  Source source = Source::Assumed;
  // In words: of Model, what in the file says so; of Assumed, why nothing does; of User, what in
  // the file says otherwise. May be empty but for Model.
  std::string evidence = {};

  double scale_of(std::size_t channel) const {
    return scale.size() == 1 ? scale[0] : scale[channel];
  }
  double offset_of(std::size_t channel) const {
    return offset.size() == 1 ? offset[0] : offset[channel];
  }
};

// 127.5 for 1/127.5: the whole or half number that dividing by is the same as multiplying by
// `scale`, and has the bits that NumPy gives. 0 where there is none.
double divisor_of(double scale);

// What channel `c` of the network's input is for a pixel's channel of 0 to 255, as generated
// libraries compute it: divided where it can be, each operation rounded to float.
float encode(const PixelEncoding& pixels, std::size_t c, float channel);

// "x/127.5 - 1 (-1 to 1)", "(x - [123.675,116.28,103.53])/[58.395,57.12,57.375] (-2.1179 to 2.64)":
// the numbers that an image's bytes x become, and their range.
std::string formula(const PixelEncoding& encoding);

// "RGB", "BGR" or, of one channel, "grey"; of other numbers of channels nothing.
std::string order_name(const PixelEncoding& encoding, std::int64_t channels);

// All that is known: "x/127.5 - 1 (-1 to 1), RGB, assumed".
std::string describe(const PixelEncoding& encoding, std::int64_t channels);

}  // namespace slimc
