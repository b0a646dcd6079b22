// Photos: JPEG with EXIF, and PNG.
#include "tool/image.h"

#include <cmath>

#include "tests/fuzz/fuzz.h"
#include "tool/exif.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const std::string_view bytes = fuzz::text_of(data, size);
  const int orientation = exif_orientation(bytes);
  SLIMC_CHECK(orientation >= 1 && orientation <= 8, "an orientation that does not exist");
  const auto image = decode_image(bytes, "photo");
  if (!image) {
    fuzz::check_words(image.error());
    return 0;
  }
  const auto pixels = static_cast<std::size_t>(image->height * image->width * 3);
  SLIMC_CHECK(pixels > 0 && image->pixels.size() == pixels, "pixels that do not fit the size");
  for (const float value : preprocess_for_evaluation(*image, 5, 7)) {
    SLIMC_CHECK(std::abs(value) <= 1.0f, "a pixel out of [-1,1]");
  }
  return 0;
}
