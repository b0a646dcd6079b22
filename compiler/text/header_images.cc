// NAME.h: what stands before and behind a run.
#include <fmt/format.h>

#include <filesystem>

#include "compiler/text/header_parts.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

// What Keras calls by the same names.
std::string preprocessing(const Plan& plan) {
  return fmt::format(
      R"(
/* Scales `count` channels of 0 to 255{order} to what {name}_run takes: {formula},
   each operation rounded to float.{whole_pixels} Cropping and resizing come before. The memory of `pixels` may be
   that of `input`. */
{name}_status {name}_preprocess_input(const float *pixels, size_t count, float *input);

/* The same from 8-bit channels. {name}_run_u8 does it on the way, where the last bit may be rounded
   otherwise. */
{name}_status {name}_preprocess_input_u8(const uint8_t *pixels, size_t count, float *input);
)",
      fmt::arg("name", plan.name), fmt::arg("order", byte_order(plan)),
      fmt::arg("formula", comment_text(formula(plan.pixels))),
      fmt::arg("whole_pixels",
               scales_alike(plan.pixels)
                   ? ""
                   : fmt::format(" `count` must be a multiple of {}_INPUT_CHANNELS.",
                                 macro_prefix(plan.name))));
}

std::string decoding(const Library& library) {
  const Plan& plan = library.plan();
  if (!classes(plan)) {
    return fmt::format(
        R"(
/* There is no {name}_decode_predictions: the output is that of a network without its classifier, or
   otherwise no list of classes for each image. */
)",
        fmt::arg("name", plan.name));
  }
  const bool labelled = !library.labels.empty();
  std::string text = fmt::format(
      R"(
/* Whether the library knows what the classes are called{origin}. */
#define {NAME}_HAS_LABELS {has_labels}

/* {what_label} */
const char *{name}_label(int class_index);

/* One class that an image may belong to. */
typedef struct {name}_prediction {{
  int class_index;        /* 0 to {NAME}_CLASSES - 1 */
  const char *wordnet_id; /* {id} */
  const char *label;      /* as {name}_label says */
  float probability;      /* as it stands in the output */
}} {name}_prediction;

/* The `top` most probable classes of each image, the most probable first; of equal ones the one of
   the lower number, and last what is not a number. `predictions` is an output, or several behind each
   other: `count` values, {NAME}_CLASSES for each image. `results` receives `top` for each
   image, the first image's first. Allocates nothing. */
{name}_status {name}_decode_predictions(const float *predictions, size_t count, int top, {name}_prediction *results);
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("has_labels", labelled ? 1 : 0),
      fmt::arg("origin",
               labelled
                   ? ": from " + comment_text(
                                     std::filesystem::path(library.labels.file).filename().string())
                   : " (slimc compile --labels)"),
      fmt::arg("what_label", labelled
                                 ? "What a class is called, in UTF-8. NULL for what is no class."
                                 : "What a class is called: NULL, the library has no labels."),
      fmt::arg("id", labelled ? "\"n02084071\"; NULL for a class that has none"
                              : "NULL, there are no labels"));
  return text;
}

}  // namespace

std::string header_images(const Library& library) {
  return preprocessing(library.plan()) + decoding(library);
}

}  // namespace slimc
