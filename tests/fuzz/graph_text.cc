// GraphDef and MetaGraphDef in protobuf's text form.
#include <google/protobuf/text_format.h>

#include "tests/fuzz/graph_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto graph = frontend::parse_graph(fuzz::text_of(data, size), "graph.pbtxt");
  if (!graph) {
    fuzz::check_words(graph.error());
    return 0;
  }
  std::string text;
  SLIMC_CHECK(google::protobuf::TextFormat::PrintToString(*graph, &text), "cannot be printed");
  fuzz::check_same(*graph, text);
  return 0;
}
