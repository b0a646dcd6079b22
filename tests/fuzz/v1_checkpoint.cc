// Checkpoints of version 1, which are one LevelDB table; see table_mutator.cc.
#include "tests/fuzz/checkpoint_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  fuzz::check_checkpoint(frontend::Checkpoint::parse_v1(fuzz::text_of(data, size), "net"));
  return 0;
}
