// Names of classes, as text and as Keras' JSON.
#include "frontend/labels/labels.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto labels = frontend::parse_labels(fuzz::text_of(data, size), "labels.txt");
  if (!labels) {
    fuzz::check_words(labels.error());
    return 0;
  }
  SLIMC_CHECK(!labels->empty() && labels->list.size() <= frontend::kMaxLabels,
              "a wrong number of labels");
  for (const ClassLabel& label : labels->list) {
    SLIMC_CHECK(!label.label.empty(), "an empty label");
    SLIMC_CHECK(label.label.find_first_of("\n\r\x1b") == std::string::npos, "control characters");
  }
  for (const std::int64_t classes : {1, 3, 1001}) {
    const auto fitted = labels_for_classes(*labels, classes, "TensorFlow");
    SLIMC_CHECK(!fitted || static_cast<std::int64_t>(fitted->labels.list.size()) == classes,
                "a wrong number of labels");
  }
  return 0;
}
