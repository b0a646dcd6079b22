// SavedModels, binary and text, up to the graph that is served.
#include "frontend/tensorflow/saved_model.h"

#include "tests/fuzz/import_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  auto model = frontend::parse_saved_model(fuzz::text_of(data, size), "saved_model.pb");
  if (!model) {
    fuzz::check_words(model.error());
    return 0;
  }
  const auto served = frontend::served_graph(std::move(*model), "saved_model.pb", {});
  if (!served) {
    fuzz::check_words(served.error());
    return 0;
  }
  fuzz::compile(served->graph);
  return 0;
}
