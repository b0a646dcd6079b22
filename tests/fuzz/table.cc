// LevelDB tables. Every other change comes with right checksums.
#include "frontend/tensorflow/table.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/table_checksums.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 2 == 0) return size;
  const std::string mended =
      slimc::fuzz::with_right_checksums(std::string(slimc::fuzz::text_of(data, size)));
  std::copy(mended.begin(), mended.end(), data);
  return mended.size();
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto pairs = frontend::read_table(fuzz::text_of(data, size));
  if (!pairs) {
    SLIMC_CHECK(!pairs.error().empty(), "a failure without words");
    return 0;
  }
  const auto again = frontend::read_table(frontend::write_table(*pairs));
  SLIMC_CHECK(again.has_value() && *again == *pairs, "a table changes as it is written and read");
  return 0;
}
