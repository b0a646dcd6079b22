// Photos: decoding, and the preprocessing that slim's evaluation applies.
//
// The preprocessing is that of slim's inception_preprocessing.preprocess_for_eval, step by step in
// float32, because accuracies published for slim checkpoints were measured with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ir/pixel_encoding.h"
#include "ir/shape.h"
#include "support/result.h"

namespace slimc {

// Photos have colours or, with their luma, one channel; no others become a network's input.
Result<void> check_takes_photos(const Shape& input);

// 8-bit RGB, rows from the top without gaps: pixels[(y * width + x) * 3 + channel].
struct Image {
  std::int64_t height = 0, width = 0;
  std::vector<std::uint8_t> pixels = {};
  std::string warning =
      {};  // what the decoder found odd but could live with ("extraneous bytes ...")
};

// JPEG or PNG, told apart by their first bytes. Grey and palette images become RGB, CMYK ones are
// converted, alpha is dropped (not blended), 16-bit samples lose their lower byte, and a JPEG is
// turned upright as its EXIF orientation says. `file` is for messages.
Result<Image> decode_image(std::string_view bytes, const std::string& file);
Result<Image> read_image(const std::filesystem::path& path);

// The pixels that evaluation looks at: the central `fraction` of height and of width, as
// tf.image.central_crop rounds: start = int((size - size*fraction) / 2), size - 2*start pixels.
Image central_crop(const Image& image, double fraction);

// TensorFlow 1's tf.image.resize_bilinear(align_corners=False): output pixel i samples the input at
// i * (in/out), without half-pixel centres. Values stay in [0,255]; HWC.
std::vector<float> resize_bilinear(const Image& image, std::int64_t height, std::int64_t width);

// All of it: crop 0.875, resize, and what `pixels` says: x/127.5 - 1 if nothing else. HWC, of as
// many channels as the network has: 3, or 1, for which colours become their luma (Rec. ITU-R
// BT.601: 0.299 R + 0.587 G + 0.114 B).
std::vector<float> preprocess_for_evaluation(const Image& image, std::int64_t height,
                                             std::int64_t width, std::int64_t channels = 3,
                                             const PixelEncoding& pixels = {});

// The same picture for the 8-bit entry of a compiled network: crop, resize, round to nearest; red,
// green, blue, or grey.
std::vector<std::uint8_t> preprocess_to_bytes(const Image& image, std::int64_t height,
                                              std::int64_t width, std::int64_t channels = 3);

}  // namespace slimc
