#include "picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace {

using Bytes = std::vector<std::uint8_t>;

Picture decode_jpeg(const Bytes& bytes) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), tjDestroy);
  const auto fail = [&] { throw std::runtime_error(tjGetErrorStr2(decoder.get())); };

  Picture picture;
  int subsampling = 0, colour_space = 0;
  if (tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &picture.width,
                          &picture.height, &subsampling, &colour_space) != 0) {
    fail();
  }
  picture.rgb.resize(std::size_t(picture.height) * picture.width * 3);
  if (tjDecompress2(decoder.get(), bytes.data(), bytes.size(), picture.rgb.data(), picture.width,
                    /*pitch=*/0, picture.height, TJPF_RGB, /*flags=*/0) != 0 &&
      // Damage that the decoder could conceal is no reason to refuse a photo.
      tjGetErrorCode(decoder.get()) != TJERR_WARNING) {
    fail();
  }
  return picture;
}

Picture decode_png(const Bytes& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_imagep)> cleanup(&image, png_image_free);

  if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) {
    throw std::runtime_error(image.message);
  }
  // Transparency is dropped, as TensorFlow's decoder does for three channels; asking libpng for RGB
  // would blend with a background instead.
  image.format = PNG_FORMAT_RGBA;
  Bytes rgba(PNG_IMAGE_SIZE(image));
  if (!png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr)) {
    throw std::runtime_error(image.message);
  }

  Picture picture{int(image.height), int(image.width), {}};
  picture.rgb.reserve(rgba.size() / 4 * 3);
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    picture.rgb.insert(picture.rgb.end(), &rgba[i], &rgba[i] + 3);
  }
  return picture;
}

}  // namespace

Picture read_picture(const std::string& path) try {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot be opened");
  const Bytes bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.size() < 8) throw std::runtime_error("neither JPEG nor PNG");

  if (bytes[0] == 0xff && bytes[1] == 0xd8) return decode_jpeg(bytes);
  if (png_sig_cmp(bytes.data(), 0, 8) == 0) return decode_png(bytes);
  throw std::runtime_error("neither JPEG nor PNG");
} catch (const std::exception& error) {
  throw std::runtime_error(path + ": " + error.what());
}
