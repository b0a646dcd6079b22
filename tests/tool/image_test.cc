#include "tool/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <filesystem>
#include <functional>
#include <opencv2/imgcodecs.hpp>

#include "support/files.h"
#include "tool/exif.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;
using ::testing::Pointwise;

// A picture whose bytes tell where they come from: red is the row, green the column.
Image numbered(std::int64_t height, std::int64_t width) {
  Image image{.height = height, .width = width};
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      image.pixels.insert(image.pixels.end(), {static_cast<std::uint8_t>(y),
                                               static_cast<std::uint8_t>(x), std::uint8_t{7}});
    }
  }
  return image;
}

std::vector<int> channel(const Image& image, std::size_t c) {
  std::vector<int> values;
  for (std::size_t i = c; i < image.pixels.size(); i += 3) values.push_back(image.pixels[i]);
  return values;
}

TEST(CentralCrop, RoundsLikeTensorFlow) {
  // int((33 - 33*0.875) / 2) = int(2.0625) = 2, and int((15 - 15*0.875) / 2) = int(0.9375) = 0.
  const Image crop = central_crop(numbered(33, 15), 0.875);
  EXPECT_EQ(crop.height, 29);
  EXPECT_EQ(crop.width, 15);
  EXPECT_THAT(std::vector<int>(crop.pixels.begin(), crop.pixels.begin() + 3), ElementsAre(2, 0, 7));
  EXPECT_THAT(std::vector<int>(crop.pixels.end() - 3, crop.pixels.end()), ElementsAre(30, 14, 7));
}

TEST(CentralCrop, KeepsASinglePixel) {
  const Image crop = central_crop(numbered(1, 1), 0.875);
  EXPECT_EQ(crop.height, 1);
  EXPECT_EQ(crop.width, 1);
}

// One grey row of the given values.
Image row(const std::vector<std::uint8_t>& values) {
  Image image{.height = 1, .width = static_cast<std::int64_t>(values.size())};
  for (const std::uint8_t value : values) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

std::vector<float> first_channel(const std::vector<float>& values) {
  std::vector<float> channel;
  for (std::size_t i = 0; i < values.size(); i += 3) channel.push_back(values[i]);
  return channel;
}

TEST(ResizeBilinear, SamplesWithoutHalfPixelCentres) {
  // Four pixels to two: at 0 and 2 exactly. Half-pixel centres would give the means 15 and 45.
  EXPECT_THAT(first_channel(resize_bilinear(row({0, 30, 40, 50}), 1, 2)), ElementsAre(0, 40));
  // Two pixels to four: at 0, 0.5, 1 and 1.5, where there is no right neighbour.
  EXPECT_THAT(first_channel(resize_bilinear(row({10, 30}), 1, 4)), ElementsAre(10, 20, 30, 30));
  // Three to two: at 0 and 1.5.
  EXPECT_THAT(first_channel(resize_bilinear(row({10, 20, 40}), 1, 2)), ElementsAre(10, 30));
}

TEST(ResizeBilinear, InterpolatesInBothDirections) {
  // At (0.5, 0.5) the mean of four pixels: rows 0 and 1 are red, columns 0 and 1 green.
  const std::vector<float> resized = resize_bilinear(numbered(2, 2), 4, 4);
  const std::vector<float> pixel(resized.begin() + (1 * 4 + 1) * 3,
                                 resized.begin() + (1 * 4 + 1) * 3 + 3);
  EXPECT_THAT(pixel, ElementsAre(0.5f, 0.5f, 7.0f));
}

TEST(ResizeBilinear, LeavesAPictureOfTheRightSizeAlone) {
  const Image image = numbered(5, 4);
  EXPECT_THAT(resize_bilinear(image, 5, 4), Pointwise(FloatEq(), image.pixels));
}

TEST(Preprocess, MapsBytesToMinusOneToOne) {
  EXPECT_THAT(first_channel(preprocess_for_evaluation(row({0, 255}), 1, 2)), ElementsAre(-1, 1));
  EXPECT_THAT(preprocess_to_bytes(row({10, 31}), 1, 2), ElementsAre(10, 10, 10, 31, 31, 31));
  // 20.5 rounds up.
  EXPECT_EQ(preprocess_to_bytes(row({10, 31}), 1, 4)[3], 21);
}

// --- Decoding: files written here by libjpeg-turbo and libpng, and what OpenCV makes of photos.

std::string encode_jpeg(const std::vector<std::uint8_t>& pixels, int width, int height, int format,
                        int subsampling) {
  tjhandle compressor = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(compressor, pixels.data(), width, 0, height, format, &bytes, &size,
                        subsampling, 100, 0),
            0)
      << tjGetErrorStr2(compressor);
  std::string jpeg(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(compressor);
  return jpeg;
}

TEST(DecodeJpeg, TurnsGreyIntoRgb) {
  const Result<Image> image = decode_image(
      encode_jpeg(std::vector<std::uint8_t>(64, 90), 8, 8, TJPF_GRAY, TJSAMP_GRAY), "grey.jpg");
  ASSERT_TRUE(image) << image.error().to_string();
  EXPECT_EQ(image->width, 8);
  EXPECT_EQ(image->pixels, std::vector<std::uint8_t>(64 * 3, 90));
}

TEST(DecodeJpeg, ConvertsInvertedCmyk) {
  // As Adobe's programs store it: cyan 255 is no cyan. Half the light is left by black 128.
  std::vector<std::uint8_t> cmyk;
  for (int i = 0; i < 64; ++i) cmyk.insert(cmyk.end(), {255, 0, 100, 128});
  const Result<Image> image =
      decode_image(encode_jpeg(cmyk, 8, 8, TJPF_CMYK, TJSAMP_444), "cmyk.jpg");
  ASSERT_TRUE(image) << image.error().to_string();
  EXPECT_NEAR(image->pixels[0], 128, 1);
  EXPECT_NEAR(image->pixels[1], 0, 1);
  EXPECT_NEAR(image->pixels[2], 50, 1);
}

// A JPEG with an EXIF segment that states the orientation.
std::string with_orientation(const std::string& jpeg, int orientation, bool big_endian) {
  std::string tiff =
      big_endian ? std::string("MM\0\x2a\0\0\0\x08", 8) : std::string("II\x2a\0\x08\0\0\0", 8);
  tiff += big_endian ? std::string("\0\x01\x01\x12\0\x03\0\0\0\x01\0", 11)
                     : std::string("\x01\0\x12\x01\x03\0\x01\0\0\0", 10);
  tiff += static_cast<char>(orientation);
  tiff += big_endian ? std::string(6, '\0') : std::string(7, '\0');
  const std::string payload = std::string("Exif\0\0", 6) + tiff;
  std::string segment = "\xff\xe1";
  segment += static_cast<char>((payload.size() + 2) >> 8);
  segment += static_cast<char>((payload.size() + 2) & 0xff);
  return jpeg.substr(0, 2) + segment + payload + jpeg.substr(2);
}

TEST(DecodeJpeg, TurnsPicturesUpright) {
  // Bright where row and column are small: one bright block of 8x8 in the top left of 16x24.
  std::vector<std::uint8_t> grey(16 * 24, 20);
  for (std::size_t y = 0; y < 8; ++y) std::fill_n(&grey[y * 24], 8, std::uint8_t{220});
  const std::string jpeg = encode_jpeg(grey, 24, 16, TJPF_GRAY, TJSAMP_GRAY);
  // OpenCV turns by the same tag, so it says where the block has to be.
  for (const bool big_endian : {false, true}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const std::string turned = with_orientation(jpeg, orientation, big_endian);
      EXPECT_EQ(exif_orientation(turned), orientation);
      const Result<Image> image = decode_image(turned, "turned.jpg");
      ASSERT_TRUE(image) << image.error().to_string();
      const cv::Mat expected =
          cv::imdecode(std::vector<char>(turned.begin(), turned.end()), cv::IMREAD_GRAYSCALE);
      ASSERT_EQ(expected.rows, image->height) << orientation;
      ASSERT_EQ(expected.cols, image->width) << orientation;
      const std::vector<int> ours = channel(*image, 0);
      EXPECT_EQ(ours,
                std::vector<int>(expected.begin<std::uint8_t>(), expected.end<std::uint8_t>()))
          << orientation;
    }
  }
}

TEST(DecodeJpeg, IgnoresBrokenExif) {
  const std::string jpeg =
      encode_jpeg(std::vector<std::uint8_t>(64, 90), 8, 8, TJPF_GRAY, TJSAMP_GRAY);
  EXPECT_EQ(exif_orientation(with_orientation(jpeg, 9, true)), 1);
  EXPECT_EQ(exif_orientation(with_orientation(jpeg, 0, false)), 1);
  const std::string turned = with_orientation(jpeg, 6, true);
  for (std::size_t size = 0; size < 38; ++size) exif_orientation(turned.substr(0, size));
  EXPECT_EQ(exif_orientation(""), 1);
}

std::string encode_png(int width, int height, int bit_depth, int color_type,
                       const std::vector<std::uint8_t>& rows,
                       const std::function<void(png_structp, png_infop)>& extras = {}) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp writer, png_bytep data, png_size_t size) {
        static_cast<std::string*>(png_get_io_ptr(writer))
            ->append(reinterpret_cast<char*>(data), size);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               bit_depth, color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (extras) extras(png, info);
  png_write_info(png, info);
  const std::size_t row_bytes = rows.size() / static_cast<std::size_t>(height);
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    png_write_row(png, &rows[y * row_bytes]);
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

std::vector<int> decoded(const std::string& bytes) {
  const Result<Image> image = decode_image(bytes, "test.png");
  if (!image) {
    ADD_FAILURE() << image.error().to_string();
    return {};
  }
  return {image->pixels.begin(), image->pixels.end()};
}

TEST(DecodePng, KeepsRgb) {
  EXPECT_THAT(decoded(encode_png(2, 1, 8, PNG_COLOR_TYPE_RGB, {1, 2, 3, 4, 5, 6})),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(DecodePng, DropsAlphaWithoutBlending) {
  EXPECT_THAT(decoded(encode_png(1, 2, 8, PNG_COLOR_TYPE_RGB_ALPHA, {1, 2, 3, 0, 4, 5, 6, 9})),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(decoded(encode_png(1, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, {50, 0})),
              ElementsAre(50, 50, 50));
}

TEST(DecodePng, TakesTheUpperByteOf16Bits) {
  EXPECT_THAT(decoded(encode_png(1, 1, 16, PNG_COLOR_TYPE_RGB, {10, 255, 20, 0, 30, 1})),
              ElementsAre(10, 20, 30));
}

TEST(DecodePng, ExpandsSmallGreysAndPalettes) {
  // Two pixels of 1 bit: white, black.
  EXPECT_THAT(decoded(encode_png(2, 1, 1, PNG_COLOR_TYPE_GRAY, {0x80})),
              ElementsAre(255, 255, 255, 0, 0, 0));
  const auto palette = [](png_structp png, png_infop info) {
    const png_color colors[] = {{9, 8, 7}, {1, 2, 3}};
    png_set_PLTE(png, info, colors, 2);
  };
  EXPECT_THAT(decoded(encode_png(2, 1, 1, PNG_COLOR_TYPE_PALETTE, {0x40}, palette)),
              ElementsAre(9, 8, 7, 1, 2, 3));
}

TEST(DecodeImage, NamesTheFileAndWhatIsWrong) {
  const auto message = [](const std::string& bytes) {
    const Result<Image> image = decode_image(bytes, "photo.jpg");
    return image ? "decoded" : image.error().to_string();
  };
  EXPECT_EQ(message(""), "photo.jpg: empty file, expected a JPEG or PNG image");
  EXPECT_EQ(message("GIF89a"), "photo.jpg: not a JPEG or PNG image");
  EXPECT_THAT(message("\xff\xd8\xff"), HasSubstr("photo.jpg: broken JPEG"));
  const std::string png = encode_png(2, 1, 8, PNG_COLOR_TYPE_RGB, {1, 2, 3, 4, 5, 6});
  for (std::size_t size = 8; size + 12 < png.size(); ++size) {
    EXPECT_THAT(message(png.substr(0, size)), HasSubstr("photo.jpg: broken PNG")) << size;
  }
}

// A PNG whose header claims another size, its checksum right.
std::string with_png_size(std::string png, const std::string& width_and_height) {
  constexpr std::size_t kHeader = 12, kHeaderBytes = 17;  // "IHDR" and its 13 bytes
  png.replace(16, 8, width_and_height);
  const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(&png[kHeader]), kHeaderBytes);
  for (std::size_t i = 0; i < 4; ++i) {
    png[kHeader + kHeaderBytes + i] = static_cast<char>(checksum >> (24 - 8 * i));
  }
  return png;
}

// Some hundred bytes must not take hundreds of megabytes.
TEST(DecodeImage, RefusesForgedSizes) {
  const auto message = [](const std::string& bytes) {
    const Result<Image> image = decode_image(bytes, "bomb");
    return image ? "decoded" : image.error().to_string();
  };
  const std::string png = encode_png(1, 1, 8, PNG_COLOR_TYPE_GRAY, {1});
  // libpng has a limit of a million rows or columns itself.
  EXPECT_EQ(message(with_png_size(png, std::string("\0\x0f\0\0\0\x0f\0\0", 8))),
            "bomb: image of 983040x983040 pixels, expected between 1 and 268435456 pixels");
  EXPECT_EQ(message(with_png_size(png, std::string("\0\0\x40\0\0\0\x40\0", 8))),
            "bomb: has " + std::to_string(png.size()) +
                " bytes, too few for the 16384x16384 pixels that its header claims");

  std::string jpeg = encode_jpeg(std::vector<std::uint8_t>(64, 90), 8, 8, TJPF_GRAY, TJSAMP_GRAY);
  const std::size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, std::string("\x40\0\x40\0", 4));  // behind length and precision
  EXPECT_EQ(message(jpeg), "bomb: has " + std::to_string(jpeg.size()) +
                               " bytes, too few for the 16384x16384 pixels that its header claims");
}

// As little as a whole picture can have: nothing but one colour.
TEST(DecodeImage, TakesEmptyPictures) {
  const std::vector<std::uint8_t> black(2048 * 2048, 0);
  EXPECT_TRUE(decode_image(encode_jpeg(black, 2048, 2048, TJPF_GRAY, TJSAMP_GRAY), "black.jpg"));
  EXPECT_TRUE(decode_image(encode_png(2048, 2048, 8, PNG_COLOR_TYPE_GRAY, black), "black.png"));
}

TEST(DecodeImage, ReportsACutJpegAndGoesOn) {
  std::vector<std::uint8_t> noise(64 * 64 * 3);
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<std::uint8_t>(i * 2654435761);
  const std::string jpeg = encode_jpeg(noise, 64, 64, TJPF_RGB, TJSAMP_420);
  const Result<Image> image = decode_image(jpeg.substr(0, jpeg.size() / 2), "cut.jpg");
  ASSERT_TRUE(image) << image.error().to_string();
  EXPECT_NE(image->warning, "");
}

TEST(DecodeImage, AgreesWithOpenCvOnPhotos) {
  const std::filesystem::path folder = SLIMC_SOURCE_DIR "/../shared/images";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/images";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".JPEG") continue;
    const Result<Image> image = read_image(entry.path());
    ASSERT_TRUE(image) << image.error().to_string();
    const cv::Mat bgr = cv::imread(entry.path().string(), cv::IMREAD_COLOR);
    ASSERT_EQ(bgr.rows, image->height) << entry.path();
    ASSERT_EQ(bgr.cols, image->width) << entry.path();
    int largest = 0;
    for (std::size_t i = 0; i < image->pixels.size(); ++i) {
      const int theirs = bgr.data[i / 3 * 3 + 2 - i % 3];
      largest = std::max(largest, std::abs(theirs - image->pixels[i]));
    }
    EXPECT_LE(largest, 1) << entry.path();
  }
}

}  // namespace
}  // namespace slimc
