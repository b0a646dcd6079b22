// ONNX models from their bytes to a plan.
#include <sstream>

#include "frontend/onnx/is_onnx.h"
#include "frontend/onnx/load_onnx.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const std::string_view bytes = fuzz::text_of(data, size);
  SilentReporter reporter;
  // In a folder that is not there: no file of weights is ever opened.
  auto graph = frontend::read_onnx(bytes, {.model = "/nowhere/net.onnx"}, reporter);
  if (graph) {
    std::istringstream file{std::string(bytes)};
    SLIMC_CHECK(!graph->form.empty(), "a graph without a form");
    frontend::is_onnx(file);
  }
  fuzz::compile_plan(std::move(graph));
  return 0;
}
