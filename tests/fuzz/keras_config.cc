// A Keras model's description of itself, beside weights that are as they should be.
#include "frontend/keras/import_model.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"
#include "tests/fuzz/tiny_keras.h"

namespace {

const slimc::frontend::Hdf5Tree& weights_tree() {
  using namespace slimc;
  static const frontend::Hdf5Tree tree =
      *frontend::Hdf5Tree::parse(fuzz::tiny_keras_tree("{}").SerializeAsString(), "net.h5");
  return tree;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  static const frontend::KerasWeights weights = *frontend::KerasWeights::open(weights_tree());
  SilentReporter reporter;
  fuzz::compile_plan(frontend::import_keras_model({std::string(fuzz::text_of(data, size)), "3.8.0"},
                                                  weights, "net.h5", {.model = "net.h5"},
                                                  reporter));
  return 0;
}
