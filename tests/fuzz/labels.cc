// Names of classes, as text and as Keras' JSON.
#include "compiler/tools/labels.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  for (const std::int64_t classes : {1, 3, 1001}) {
    const auto labels = parse_labels(fuzz::text_of(data, size), classes, "labels.txt");
    if (!labels) {
      fuzz::check_words(labels.error());
      continue;
    }
    SLIMC_CHECK(static_cast<std::int64_t>(labels->size()) == classes, "a wrong number of labels");
  }
  return 0;
}
