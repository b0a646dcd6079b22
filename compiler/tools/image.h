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

#include "compiler/support/result.h"

namespace slimc {

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

// All of it: crop 0.875, resize, x/127.5 - 1. HWC, 3 channels, [-1,1].
std::vector<float> preprocess_for_evaluation(const Image& image, std::int64_t height,
                                             std::int64_t width);

// The same picture for the 8-bit entry of a compiled network: crop, resize, round to nearest.
std::vector<std::uint8_t> preprocess_to_bytes(const Image& image, std::int64_t height,
                                              std::int64_t width);

}  // namespace slimc
