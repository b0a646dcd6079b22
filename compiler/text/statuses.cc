#include "compiler/text/statuses.h"

#include <fmt/format.h>

#include "compiler/text/external_weights.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

// What every library says by the same number: who is told WRONG_HEADER has another header.
std::vector<Status> common_statuses(const Library& library) {
  const Plan& plan = library.plan();
  const std::string prefix = macro_prefix(plan.name), range = threads_range(plan);
  return {
      {"OK", "", "success"},
      {"ERROR_NULL_ARGUMENT", "", "an argument is NULL"},
      {"ERROR_MISALIGNED_MEMORY", fmt::format("not at a multiple of {} bytes", kMemoryAlignment),
       fmt::format("the memory{} not aligned to {} bytes",
                   library.external_weights ? " or the weights are" : " is", kMemoryAlignment)},
      {"ERROR_MEMORY_TOO_SMALL", "for so many threads",
       fmt::format("the memory is smaller than {}_MEMORY_BYTES(threads)", prefix)},
      {"ERROR_THREADS_OUT_OF_RANGE", fmt::format("not {}, or more than the instance has", range),
       fmt::format("the number of threads is not {}, or more than {}_create was given", range,
                   plan.name)},
      {"ERROR_UNSUPPORTED_CPU", "lacks instructions of the target",
       "the CPU lacks instructions that the library was compiled for"},
      {"ERROR_THREAD_START", "the system has no more threads",
       "the system cannot start another thread"},
      {"ERROR_MISALIGNED_ARGUMENT", "not at a multiple of its type's alignment",
       "an argument is not aligned as its type is"},
      {"ERROR_WRONG_HEADER", "of another compile than the library",
       "the header is not the one that was written with the library"}};
}

// Of preprocess_input, where pixels are scaled as a whole, and of decode_predictions.
void add_counts(const Plan& plan, std::vector<Status>& list) {
  const std::string prefix = macro_prefix(plan.name);
  const bool classifies = classes(plan).has_value(), by_pixel = !scales_alike(plan.pixels);
  const std::string predictions =
      fmt::format("the number of predictions is not {}_CLASSES for each image", prefix);
  const std::string channels =
      fmt::format("the number of channels is not {}_INPUT_CHANNELS for each pixel", prefix);
  if (classifies && by_pixel) {
    list.push_back(
        {"ERROR_WRONG_COUNT", "of predictions or channels", predictions + ", or " + channels});
  } else if (by_pixel) {
    list.push_back({"ERROR_WRONG_COUNT", "of channels, for whole pixels", channels});
  } else if (classifies) {
    list.push_back({"ERROR_WRONG_COUNT", "of predictions, for so many classes", predictions});
  }
  if (!classifies) return;
  list.push_back({"ERROR_TOP_OUT_OF_RANGE", fmt::format("not 1 to {}_CLASSES", prefix),
                  fmt::format("the number of classes to name is not 1 to {}_CLASSES", prefix)});
}

}  // namespace

std::vector<Status> statuses(const Library& library) {
  std::vector<Status> list = common_statuses(library);
  if (asks_environment(library)) {
    list.push_back({"ERROR_UNKNOWN_TARGET", "SLIMC_TARGET names none of the library's",
                    "the environment variable SLIMC_TARGET names none of the library's targets"});
  }
  for (Status& status : weights_statuses(library)) list.push_back(std::move(status));
  add_counts(library.plan(), list);
  return list;
}

}  // namespace slimc
