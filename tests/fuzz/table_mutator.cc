// How inputs that are LevelDB tables are changed: every other change comes with right checksums.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/table_checksums.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 2 == 0) return size;
  const std::string mended =
      slimc::fuzz::with_right_checksums({reinterpret_cast<const char*>(data), size});
  std::copy(mended.begin(), mended.end(), data);
  return mended.size();
}
