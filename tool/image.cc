#include "tool/image.h"

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <memory>

#include "support/files.h"
#include "tool/exif.h"

namespace slimc {
namespace {

constexpr std::int64_t kChannels = 3;
// Larger than any camera's picture, small enough that a forged header cannot take all memory.
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 28;

// A header can claim any size; memory is taken only for as many pixels as the rest of the file can
// hold. The least that a JPEG spends on a block of 8x8 is one bit (a progressive one's first scan;
// no more in the others), for a PNG it is deflate's best ratio
// (https://zlib.net/zlib_tech.html, "Maximum Compression Factor").
constexpr std::int64_t kMaxPixelsPerJpegByte = 8 * 64;
constexpr std::int64_t kMaxDeflateRatio = 1032;

Failure undecodable(const std::string& file, const std::string& why) {
  return fail({.file = file, .message = why});
}

Result<void> check_size(const std::string& file, std::int64_t height, std::int64_t width) {
  if (height > 0 && width > 0 && width <= kMaxPixels / height) return {};
  return undecodable(file, fmt::format("image of {}x{} pixels, expected between 1 and {} pixels",
                                       width, height, kMaxPixels));
}

Failure too_short(const std::string& file, std::size_t bytes, std::int64_t height,
                  std::int64_t width) {
  return undecodable(file, fmt::format("has {} bytes, too few for the {}x{} pixels that its header "
                                       "claims",
                                       bytes, width, height));
}

// Moves pixels to where EXIF's orientation says they belong. Orientations 5..8 swap the axes.
Image turn_upright(Image image, int orientation) {
  if (orientation == 1) return image;
  const bool swap = orientation >= 5;
  Image upright;
  upright.warning = std::move(image.warning);
  upright.height = swap ? image.width : image.height;
  upright.width = swap ? image.height : image.width;
  upright.pixels.resize(image.pixels.size());
  const std::int64_t last_x = image.width - 1, last_y = image.height - 1;
  for (std::int64_t y = 0; y < upright.height; ++y) {
    for (std::int64_t x = 0; x < upright.width; ++x) {
      std::int64_t from_x = swap ? y : x, from_y = swap ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
        from_x = last_x - from_x;
      }
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
        from_y = last_y - from_y;
      }
      std::copy_n(&image.pixels[static_cast<std::size_t>((from_y * image.width + from_x) * 3)], 3,
                  &upright.pixels[static_cast<std::size_t>((y * upright.width + x) * 3)]);
    }
  }
  return upright;
}

struct JpegDeleter {
  void operator()(void* decompressor) const { tjDestroy(decompressor); }
};

Result<Image> decode_jpeg(std::string_view bytes, const std::string& file) {
  const std::unique_ptr<void, JpegDeleter> decompressor(tjInitDecompress());
  if (!decompressor) return undecodable(file, tjGetErrorStr2(nullptr));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0, height = 0, subsampling = 0, colors = 0;
  const bool odd = tjDecompressHeader3(decompressor.get(), data, bytes.size(), &width, &height,
                                       &subsampling, &colors) != 0;
  if (odd && tjGetErrorCode(decompressor.get()) == TJERR_FATAL) {
    return undecodable(file, fmt::format("broken JPEG: {}", tjGetErrorStr2(decompressor.get())));
  }
  if (width == 0 || height == 0) return undecodable(file, "broken JPEG: no image in it");
  SLIMC_TRY(check_size(file, height, width));
  if (std::int64_t{height} * width / kMaxPixelsPerJpegByte > std::ssize(bytes)) {
    return too_short(file, bytes.size(), height, width);
  }

  const bool four_colors = colors == TJCS_CMYK || colors == TJCS_YCCK;
  const int format = four_colors ? TJPF_CMYK : TJPF_RGB;
  const std::size_t pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  Image image{.height = height, .width = width};
  image.pixels.resize(pixels * static_cast<std::size_t>(tjPixelSize[format]));
  if (tjDecompress2(decompressor.get(), data, bytes.size(), image.pixels.data(), width, 0, height,
                    format, 0) != 0) {
    if (tjGetErrorCode(decompressor.get()) == TJERR_FATAL) {
      return undecodable(file, fmt::format("broken JPEG: {}", tjGetErrorStr2(decompressor.get())));
    }
    image.warning = tjGetErrorStr2(decompressor.get());
  }
  if (four_colors) {
    // Adobe's programs, which write nearly all such files, store 255 for "no ink".
    for (std::size_t i = 0; i < pixels; ++i) {
      const std::uint8_t* cmyk = &image.pixels[i * 4];
      const int black = cmyk[3];
      for (std::size_t c = 0; c < 3; ++c) {
        image.pixels[i * 3 + c] = static_cast<std::uint8_t>((cmyk[c] * black + 127) / 255);
      }
    }
    image.pixels.resize(pixels * 3);
  }
  return turn_upright(std::move(image), exif_orientation(bytes));
}

// What libpng's callbacks share. They may only leave by png_error, that is by longjmp, so nothing
// with a destructor may be born between setjmp and the calls that can fail.
struct PngSource {
  std::string_view bytes;
  std::size_t at = 0;
  std::size_t stored_row_bytes = 0;  // of a row as the file has it
  char error[200] = "";
  char warning[200] = "";
};

void png_read(png_structp png, png_bytep to, std::size_t count) {
  auto* source = static_cast<PngSource*>(png_get_io_ptr(png));
  if (source->bytes.size() - source->at < count) png_error(png, "file ends too early");
  std::memcpy(to, source->bytes.data() + source->at, count);
  source->at += count;
}

void png_failed(png_structp png, png_const_charp message) {
  auto* source = static_cast<PngSource*>(png_get_error_ptr(png));
  std::strncpy(source->error, message, sizeof source->error - 1);
  png_longjmp(png, 1);
}

void png_warned(png_structp png, png_const_charp message) {
  auto* source = static_cast<PngSource*>(png_get_error_ptr(png));
  std::strncpy(source->warning, message, sizeof source->warning - 1);
}

// False if libpng gave up; the reason is in the source then.
bool read_png_header(png_structp png, png_infop info) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  static_cast<PngSource*>(png_get_io_ptr(png))->stored_row_bytes = png_get_rowbytes(png, info);
  png_set_expand(png);  // palette to RGB, 1/2/4 bits to 8, transparency to alpha
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return true;
}

bool read_png_rows(png_structp png, png_bytepp rows) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_image(png, rows);
  png_read_end(png, nullptr);
  return true;
}

Result<Image> decode_png(std::string_view bytes, const std::string& file) {
  PngSource source{.bytes = bytes};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, png_failed, png_warned);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  const auto destroy = [&info](png_structp reader) {
    png_destroy_read_struct(&reader, &info, nullptr);
  };
  const std::unique_ptr<png_struct, decltype(destroy)> owner(png, destroy);
  if (info == nullptr) return undecodable(file, "libpng cannot start");
  png_set_read_fn(png, &source, png_read);

  if (!read_png_header(png, info)) {
    return undecodable(file, fmt::format("broken PNG: {}", source.error));
  }
  Image image{.height = png_get_image_height(png, info), .width = png_get_image_width(png, info)};
  SLIMC_TRY(check_size(file, image.height, image.width));
  if (image.height * static_cast<std::int64_t>(source.stored_row_bytes) / kMaxDeflateRatio >
      std::ssize(bytes)) {
    return too_short(file, bytes.size(), image.height, image.width);
  }
  const std::size_t row_bytes = static_cast<std::size_t>(image.width * kChannels);
  if (png_get_rowbytes(png, info) != row_bytes) {
    return undecodable(file, "PNG of a colour type that libpng does not turn into RGB");
  }
  image.pixels.resize(static_cast<std::size_t>(image.height) * row_bytes);
  std::vector<png_bytep> rows(static_cast<std::size_t>(image.height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = &image.pixels[y * row_bytes];
  if (!read_png_rows(png, rows.data())) {
    return undecodable(file, fmt::format("broken PNG: {}", source.error));
  }
  image.warning = source.warning;
  return image;
}

// Where output pixel i takes its two neighbours from, in float32 as TensorFlow computes it.
struct Tap {
  std::int64_t lower, upper;
  float weight;  // of `upper`
};

std::vector<Tap> interpolation_taps(std::int64_t in, std::int64_t out) {
  const float scale = static_cast<float>(in) / static_cast<float>(out);
  std::vector<Tap> taps(static_cast<std::size_t>(out));
  for (std::int64_t i = 0; i < out; ++i) {
    const float at = static_cast<float>(i) * scale;
    const float floor = std::floor(at);
    const std::int64_t lower = std::min(static_cast<std::int64_t>(floor), in - 1);
    taps[static_cast<std::size_t>(i)] = {lower, std::min(lower + 1, in - 1), at - floor};
  }
  return taps;
}

constexpr double kEvaluationCrop = 0.875;

// Colours of 0 to 255 to one number, by their weights in Rec. ITU-R BT.601-7, 2.5.1.
std::vector<float> luma(const std::vector<float>& colours) {
  std::vector<float> grey;
  grey.reserve(colours.size() / kChannels);
  for (std::size_t i = 0; i + 2 < colours.size(); i += kChannels) {
    grey.push_back(0.299f * colours[i] + 0.587f * colours[i + 1] + 0.114f * colours[i + 2]);
  }
  return grey;
}

// `channels` is 3 or 1. Values stay in [0,255].
std::vector<float> crop_and_resize(const Image& image, std::int64_t height, std::int64_t width,
                                   std::int64_t channels) {
  std::vector<float> colours = resize_bilinear(central_crop(image, kEvaluationCrop), height, width);
  return channels == 1 ? luma(colours) : colours;
}

}  // namespace

Result<Image> decode_image(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("\xff\xd8\xff")) return decode_jpeg(bytes, file);
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return decode_png(bytes, file);
  return undecodable(
      file, bytes.empty() ? "empty file, expected a JPEG or PNG image" : "not a JPEG or PNG image");
}

Result<void> check_takes_photos(const Shape& input) {
  if (input[3] == 3 || input[3] == 1) return {};
  return fail(
      {.message = fmt::format("the network takes images of {} channels, photos have 3, or 1 "
                              "as grey ones; --input takes an array",
                              input[3]),
       .blame = Blame::Usage});
}

Result<Image> read_image(const std::filesystem::path& path) {
  SLIMC_ASSIGN(const std::string bytes, read_file(path));
  return decode_image(bytes, path.string());
}

Image central_crop(const Image& image, double fraction) {
  const auto start = [fraction](std::int64_t size) {
    const double length = static_cast<double>(size);
    return static_cast<std::int64_t>((length - length * fraction) / 2);
  };
  const std::int64_t top = start(image.height), left = start(image.width);
  Image crop{.height = image.height - 2 * top, .width = image.width - 2 * left};
  crop.pixels.reserve(static_cast<std::size_t>(crop.height * crop.width * kChannels));
  for (std::int64_t y = 0; y < crop.height; ++y) {
    const auto row = image.pixels.begin() + ((top + y) * image.width + left) * kChannels;
    crop.pixels.insert(crop.pixels.end(), row, row + crop.width * kChannels);
  }
  return crop;
}

std::vector<float> resize_bilinear(const Image& image, std::int64_t height, std::int64_t width) {
  const std::vector<Tap> rows = interpolation_taps(image.height, height);
  const std::vector<Tap> columns = interpolation_taps(image.width, width);
  const auto pixel = [&image](std::int64_t y, std::int64_t x, std::int64_t c) {
    return static_cast<float>(
        image.pixels[static_cast<std::size_t>((y * image.width + x) * kChannels + c)]);
  };
  std::vector<float> resized;
  resized.reserve(static_cast<std::size_t>(height * width * kChannels));
  for (const Tap& row : rows) {
    for (const Tap& column : columns) {
      for (std::int64_t c = 0; c < kChannels; ++c) {
        const float top_left = pixel(row.lower, column.lower, c);
        const float top_right = pixel(row.lower, column.upper, c);
        const float bottom_left = pixel(row.upper, column.lower, c);
        const float bottom_right = pixel(row.upper, column.upper, c);
        const float top = top_left + (top_right - top_left) * column.weight;
        const float bottom = bottom_left + (bottom_right - bottom_left) * column.weight;
        resized.push_back(top + (bottom - top) * row.weight);
      }
    }
  }
  return resized;
}

std::vector<float> preprocess_for_evaluation(const Image& image, std::int64_t height,
                                             std::int64_t width, std::int64_t channels,
                                             const PixelEncoding& pixels) {
  const std::vector<float> resized = crop_and_resize(image, height, width, channels);
  const auto count = static_cast<std::size_t>(channels);
  std::vector<float> values(resized.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i % count;
    const std::size_t from = pixels.order == ChannelOrder::Bgr ? i - c + (count - 1 - c) : i;
    values[i] = encode(pixels, c, resized[from]);
  }
  return values;
}

std::vector<std::uint8_t> preprocess_to_bytes(const Image& image, std::int64_t height,
                                              std::int64_t width, std::int64_t channels) {
  std::vector<std::uint8_t> bytes;
  for (const float value : crop_and_resize(image, height, width, channels)) {
    bytes.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 255.0f))));
  }
  return bytes;
}

}  // namespace slimc
