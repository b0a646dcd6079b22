// The part of NAME.cc that stands before and behind a run: pixels to floats, floats to names of
// classes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "compiler/text/pixel_words.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

// Statements that scale `count` numbers of `pixels` into `input`.
std::string scaling(const Plan& plan) {
  if (scales_alike(plan.pixels)) {
    return fmt::format("  slimc::scale_pixels(pixels, count, [](float x) {{ return {}; }}, input);",
                       pixel_expression(plan.pixels));
  }
  std::vector<std::string> scales, offsets;
  for (std::size_t c = 0; c < static_cast<std::size_t>(plan.input_shape[3]); ++c) {
    scales.push_back(fmt::format("{:.9e}f", static_cast<float>(plan.pixels.scale_of(c))));
    offsets.push_back(fmt::format("{:.9e}f", static_cast<float>(plan.pixels.offset_of(c))));
  }
  return fmt::format(
      R"code(  if (count % {NAME}_INPUT_CHANNELS != 0) return {NAME}_ERROR_WRONG_COUNT;
  static constexpr float scale[] = {{{scales}}};
  static constexpr float offset[] = {{{offsets}}};
  slimc::scale_channels(pixels, count / {NAME}_INPUT_CHANNELS, scale, offset, {reversed}, input);)code",
      fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("scales", fmt::join(scales, ", ")),
      fmt::arg("offsets", fmt::join(offsets, ", ")),
      fmt::arg("reversed", plan.pixels.order == ChannelOrder::Bgr));
}

}  // namespace

std::string preprocess_function(const Plan& plan) {
  return fmt::format(
      R"code(
template <typename Element>
Status preprocess(const Element* pixels, size_t count, float* input) {{
  if (pixels == nullptr || input == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(pixels) || slimc::misaligned(input)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
{scaling}
  return {NAME}_OK;
}}
)code",
      fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("scaling", scaling(plan)));
}

namespace {

std::string preprocessing_functions(const Plan& plan) {
  std::string text;
  for (const auto& [suffix, type] : {std::pair("", "float"), std::pair("_u8", "uint8_t")}) {
    text += fmt::format(
        R"code(
Status {name}_preprocess_input{suffix}(const {type}* pixels, size_t count, float* input) {{
  return preprocess(pixels, count, input);
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("suffix", suffix), fmt::arg("type", type));
  }
  return text;
}

std::string label_function(const Library& library) {
  const Plan& plan = library.plan();
  if (library.labels.empty()) {
    return fmt::format(
        "\nconst char* {}_label(int) {{ return nullptr; }}  // compiled without labels\n",
        plan.name);
  }
  return fmt::format(
      R"code(
const char* {name}_label(int class_index) {{
  if (class_index < 0 || class_index >= {NAME}_CLASSES) return nullptr;
  return slimc::label_behind(label_text + label_at[class_index]);
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)));
}

std::string decoding_functions(const Library& library) {
  const Plan& plan = library.plan();
  if (!classes(plan)) return "";
  return label_function(library) +
         fmt::format(
             R"code(
Status {name}_decode_predictions(const float* predictions, size_t count, int top, ::{name}_prediction* results) {{
  if (predictions == nullptr || results == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(predictions) || slimc::misaligned(results)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
  if (count == 0 || count % {NAME}_CLASSES != 0) return {NAME}_ERROR_WRONG_COUNT;
  if (top < 1 || top > {NAME}_CLASSES) return {NAME}_ERROR_TOP_OUT_OF_RANGE;
  for (; count > 0; count -= {NAME}_CLASSES) {{
    slimc::most_probable(predictions, {NAME}_CLASSES, top, results);
    for (int i = 0; i < top; ++i) {{
{names}    }}
    predictions += {NAME}_CLASSES;
    results += top;
  }}
  return {NAME}_OK;
}}
)code",
             fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
             fmt::arg("names", library.labels.empty()
                                   ? "      results[i].wordnet_id = nullptr;\n"
                                     "      results[i].label = nullptr;\n"
                                   : "      const char* id = label_text + "
                                     "label_at[results[i].class_index];\n"
                                     "      results[i].wordnet_id = *id != 0 ? id : nullptr;\n"
                                     "      results[i].label = slimc::label_behind(id);\n"));
}

}  // namespace

std::string image_functions(const Library& library) {
  return preprocessing_functions(library.plan()) + decoding_functions(library);
}

}  // namespace slimc
