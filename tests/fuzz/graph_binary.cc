// GraphDef and MetaGraphDef in protobuf's binary form.
#include "tests/fuzz/graph_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto graph = frontend::parse_graph(fuzz::text_of(data, size), "graph.pb");
  if (!graph) {
    fuzz::check_words(graph.error());
    return 0;
  }
  fuzz::check_same(*graph, fuzz::bytes_of(*graph));
  return 0;
}
