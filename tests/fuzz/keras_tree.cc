// What slimc-hdf5 may write about a Keras file: groups, attributes and weights.
#include "frontend/keras/load_keras.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto tree = frontend::Hdf5Tree::parse(fuzz::text_of(data, size), "net.h5");
  if (!tree) {
    fuzz::check_words(tree.error());
    return 0;
  }
  SilentReporter reporter;
  fuzz::compile_plan(frontend::import_keras(*tree, {.model = "net.h5"}, reporter));
  return 0;
}
