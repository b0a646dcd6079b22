// TFLite models from their bytes to a plan.
#include "frontend/tflite/load_tflite.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  SilentReporter reporter;
  fuzz::compile_plan(
      frontend::read_tflite(fuzz::text_of(data, size), {.model = "net.tflite"}, reporter));
  return 0;
}
