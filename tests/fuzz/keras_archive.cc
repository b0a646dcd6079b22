// Archives of Keras'. The first byte says whether the rest is a .keras, or a config that is packed
// here, so that changes of it are not stopped by the zip's checksums. The weights are as they
// should be.
#include "frontend/keras/load_keras.h"
#include "support/reporter.h"
#include "tests/fuzz/compile_fuzz.h"
#include "tests/fuzz/tiny_keras.h"

namespace {

constexpr slimc::frontend::KerasArchiveLimits kLimits = {
    .entries = 8, .text = 1 << 16, .weights = 1 << 16, .free_weights = 1 << 12, .ratio = 4};

const slimc::frontend::Hdf5Tree& weights_tree() {
  using namespace slimc;
  static const frontend::Hdf5Tree tree =
      *frontend::Hdf5Tree::parse(fuzz::tiny_keras_state().SerializeAsString(), "net.keras");
  return tree;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  if (size == 0) return 0;
  const std::string rest(fuzz::text_of(data + 1, size - 1));
  const std::string bytes = data[0] % 2 == 0 ? rest : fuzz::tiny_keras_archive(rest, "weights");
  const auto archive = frontend::read_keras_archive(bytes, "net.keras", kLimits);
  if (!archive) {
    fuzz::check_words(archive.error());
    return 0;
  }
  SLIMC_CHECK(archive->config.size() <= kLimits.text, "a config beyond its limit");
  SLIMC_CHECK(archive->weights.size() <= kLimits.weights, "weights beyond their limit");
  SilentReporter reporter;
  fuzz::compile_plan(
      frontend::import_keras_archive(*archive, weights_tree(), {.model = "net.keras"}, reporter));
  return 0;
}
