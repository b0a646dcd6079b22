// NumPy arrays.
#include "tool/npy.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto array = parse_npy(fuzz::text_of(data, size), "x.npy");
  if (!array) {
    fuzz::check_words(array.error());
    return 0;
  }
  const auto elements = static_cast<std::size_t>(array->shape.elements());
  if (!array->is_float()) {
    SLIMC_CHECK(std::get<1>(array->data).size() == elements, "bytes that do not fit the shape");
    return 0;
  }
  const auto& values = std::get<0>(array->data);
  SLIMC_CHECK(values.size() == elements, "numbers that do not fit the shape");
  const std::string written = npy_bytes(array->shape, values);
  const auto again = parse_npy(written, "again.npy");
  SLIMC_CHECK(again.has_value() && again->shape == array->shape, "an array changes as written");
  SLIMC_CHECK(npy_bytes(again->shape, std::get<0>(again->data)) == written, "numbers change");
  return 0;
}
