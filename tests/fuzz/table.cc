// LevelDB tables; see table_mutator.cc.
#include "frontend/tensorflow/table.h"

#include "tests/fuzz/fuzz.h"

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
