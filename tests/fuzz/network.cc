// A frozen graph from its bytes to the plan of its library. The text form is what mutates well.
#include "frontend/tensorflow/graph_file.h"
#include "tests/fuzz/import_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto graph = frontend::parse_graph(fuzz::text_of(data, size), "net.pbtxt");
  if (graph) fuzz::compile(*graph);
  return 0;
}
