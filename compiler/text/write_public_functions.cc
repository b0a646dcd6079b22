// The part of NAME.cc that a caller calls: what NAME.h declares.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "compiler/build/codegen.h"
#include "compiler/text/external_weights.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

std::string wrong_count(const Plan& plan) {
  const std::string prefix = macro_prefix(plan.name);
  std::string text;
  if (classes(plan)) {
    text = fmt::format("the number of predictions is not {}_CLASSES for each image", prefix);
  }
  if (!scales_alike(plan.pixels)) {
    text += fmt::format("{}the number of channels is not {}_INPUT_CHANNELS for each pixel",
                        text.empty() ? "" : ", or ", prefix);
  }
  return text;
}

std::string decode_statuses(const Plan& plan) {
  std::string text;
  if (classes(plan) || !scales_alike(plan.pixels)) {
    text = fmt::format(
        R"code(    case {0}_ERROR_WRONG_COUNT:
      return "{1}";
)code",
        macro_prefix(plan.name), wrong_count(plan));
  }
  if (!classes(plan)) return text;
  return text + fmt::format(
                    R"code(    case {0}_ERROR_TOP_OUT_OF_RANGE:
      return "the number of classes to name is not 1 to {0}_CLASSES";
)code",
                    macro_prefix(plan.name));
}

std::string unknown_target(const Library& library) {
  if (library.targets.size() == 1) return "";
  return fmt::format(
      R"code(    case {0}_ERROR_UNKNOWN_TARGET:
      return "the environment variable SLIMC_TARGET names none of the library's targets";
)code",
      macro_prefix(library.plan().name));
}

std::string preprocessing(const Plan& plan) {
  std::string text, scale;
  if (scales_alike(plan.pixels)) {
    scale =
        fmt::format("  slimc::scale_pixels(pixels, count, [](float x) {{ return {}; }}, input);",
                    pixel_expression(plan.pixels));
  } else {
    const std::int64_t channels = plan.input_shape[3];
    std::vector<std::string> scales, offsets;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
      scales.push_back(fmt::format("{:.9e}f", static_cast<float>(plan.pixels.scale_of(c))));
      offsets.push_back(fmt::format("{:.9e}f", static_cast<float>(plan.pixels.offset_of(c))));
    }
    scale = fmt::format(
        R"code(  if (count % {NAME}_INPUT_CHANNELS != 0) {{
    return {NAME}_ERROR_WRONG_COUNT;
  }}
  static constexpr float scale[] = {{{scales}}};
  static constexpr float offset[] = {{{offsets}}};
  slimc::scale_channels(pixels, count / {NAME}_INPUT_CHANNELS, scale, offset, {reversed}, input);)code",
        fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("scales", fmt::join(scales, ", ")),
        fmt::arg("offsets", fmt::join(offsets, ", ")),
        fmt::arg("reversed", plan.pixels.order == ChannelOrder::Bgr));
  }
  for (const auto& [suffix, type] : {std::pair("", "float"), std::pair("_u8", "uint8_t")}) {
    text += fmt::format(
        R"code(
::{name}_status {name}_preprocess_input{suffix}(const {type}* pixels, size_t count, float* input) {{
  if (pixels == nullptr || input == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(pixels) || slimc::misaligned(input)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
{scale}
  return {NAME}_OK;
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
        fmt::arg("suffix", suffix), fmt::arg("type", type), fmt::arg("scale", scale));
  }
  return text;
}

std::string decoding(const Plan& plan) {
  if (!classes(plan)) return "";
  const bool labelled = !plan.labels.empty();
  return fmt::format(
      R"code(
const char* {name}_label(int class_index) {{
{label}}}

::{name}_status {name}_decode_predictions(const float* predictions, size_t count, int top, ::{name}_prediction* results) {{
  if (predictions == nullptr || results == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(predictions) || slimc::misaligned(results)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
  if (count == 0 || count % {NAME}_CLASSES != 0) {{
    return {NAME}_ERROR_WRONG_COUNT;
  }}
  if (top < 1 || top > {NAME}_CLASSES) {{
    return {NAME}_ERROR_TOP_OUT_OF_RANGE;
  }}
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
      fmt::arg("label", labelled
                            ? fmt::format("  if (class_index < 0 || class_index >= {}_CLASSES) "
                                          "{{\n    return nullptr;\n  }}\n"
                                          "  return slimc::label_behind(label_text + "
                                          "label_at[class_index]);\n",
                                          macro_prefix(plan.name))
                            : "  static_cast<void>(class_index);\n  return nullptr;  // compiled "
                              "without labels\n"),
      fmt::arg("names",
               labelled ? R"(      const char* id = label_text + label_at[results[i].class_index];
      results[i].wordnet_id = *id != 0 ? id : nullptr;
      results[i].label = slimc::label_behind(id);
)"
                        : R"(      results[i].wordnet_id = nullptr;
      results[i].label = nullptr;
)"));
}

// Which of the codes an instance takes. With one there is nothing to choose, and nobody is asked
// for an environment.
std::string choose_function(const Library& library) {
  const bool several = library.targets.size() > 1;
  return fmt::format(
      R"(
// The code that this CPU takes, or why there is none.
::{name}_status choose_code(const Code** chosen) {{
{forced}  *chosen = slimc::cpu::best(codes);
  return *chosen != nullptr ? {NAME}_OK : {NAME}_ERROR_UNSUPPORTED_CPU;
}}
)",
      fmt::arg("name", library.plan().name), fmt::arg("NAME", macro_prefix(library.plan().name)),
      fmt::arg("forced", several && has_threads(library)
                             ? fmt::format(R"(  if (const char* target = slimc::forced_target()) {{
    *chosen = slimc::find_target(codes, target);
    if (*chosen == nullptr) return {0}_ERROR_UNKNOWN_TARGET;
    if (slimc::cpu::has((*chosen)->required_cpu)) return {0}_OK;
    *chosen = nullptr;
    return {0}_ERROR_UNSUPPORTED_CPU;
  }}
)",
                                           macro_prefix(library.plan().name))
                             : ""));
}

// `outputs` of several: where each goes, null for those that are not wanted.
std::string run_function(const Plan& plan) {
  const bool several = plan.outputs.size() > 1;
  std::string checks, stores;
  if (several) {
    checks = fmt::format(
        R"(  uint32_t wanted = 0;
  for (int i = 0; i < {NAME}_OUTPUT_COUNT; ++i) {{
    if (outputs[i] == nullptr) continue;
    if (slimc::misaligned(outputs[i])) return {NAME}_ERROR_MISALIGNED_ARGUMENT;
    wanted |= uint32_t{{1}} << i;
  }}
  if (network == nullptr || input == nullptr || wanted == 0) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  if (slimc::misaligned(input)) return {NAME}_ERROR_MISALIGNED_ARGUMENT;
)",
        fmt::arg("NAME", macro_prefix(plan.name)));
    stores = fmt::format(
        R"(  for (int i = 0; i < {NAME}_OUTPUT_COUNT; ++i) {{
    network->outputs[i] = reinterpret_cast<uint8_t*>(outputs[i]);
  }}
  network->wanted = wanted;
)",
        fmt::arg("NAME", macro_prefix(plan.name)));
  } else {
    checks = fmt::format(
        R"(  if (network == nullptr || input == nullptr || output == nullptr) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  if (slimc::misaligned(input) || slimc::misaligned(output)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
)",
        fmt::arg("NAME", macro_prefix(plan.name)));
    stores = "  network->output = reinterpret_cast<uint8_t*>(output);\n";
  }
  return fmt::format(
      R"(
template <typename Element>
::{name}_status run(struct ::{name}* network, const Element* input, float* {output}) {{
{checks}  network->watch = network->next_watch;
  network->input = reinterpret_cast<const uint8_t*>(input);
{stores}  network->input_is_u8 = sizeof(Element) == 1;
  return network->team.run() ? {NAME}_OK : {NAME}_ERROR_THREAD_START;
}}
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("output", several ? "const* outputs" : "output"), fmt::arg("checks", checks),
      fmt::arg("stores", stores));
}

// The functions that a caller runs the network by, for floats and for bytes.
std::string run_functions(const Plan& plan) {
  std::string text;
  for (const auto& [suffix, type] : {std::pair("", "float"), std::pair("_u8", "uint8_t")}) {
    std::string body = "  return run(network, input, output);\n";
    if (plan.outputs.size() > 1) {
      body = fmt::format(
          "  float* const outputs[{}_OUTPUT_COUNT] = {{output}};  // the others are null\n"
          "  return run(network, input, outputs);\n",
          macro_prefix(plan.name));
    }
    text += fmt::format(
        R"code(
::{name}_status {name}_run{suffix}(struct ::{name}* network, const {type}* input, float* output) {{
{body}}}
)code",
        fmt::arg("name", plan.name), fmt::arg("suffix", suffix), fmt::arg("type", type),
        fmt::arg("body", body));
    if (plan.outputs.size() == 1) continue;
    std::vector<std::string> pointers;
    for (const PlanOutput& output : plan.outputs) {
      pointers.push_back("outputs->" + output.identifier);
    }
    text += fmt::format(
        R"code(
::{name}_status {name}_run_outputs{suffix}(struct ::{name}* network, const {type}* input, const struct ::{name}_outputs* outputs) {{
  if (outputs == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
{pointers}  return run(network, input, pointers);
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
        fmt::arg("suffix", suffix), fmt::arg("type", type),
        fmt::arg("pointers", wrap_list("  float* const pointers[] = {", pointers, ",", "};")));
  }
  return text;
}

}  // namespace

std::string public_functions(const Library& library) {
  const Plan& plan = library.plan();
  std::string text = choose_function(library) + run_function(plan);
  text += fmt::format(
      R"code(
}}  // namespace

extern "C" {{

const char* {name}_target(void) {{
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->target : nullptr;
}}

const char* {name}_status_string(::{name}_status status) {{
  switch (status) {{
    case {NAME}_OK:
      return "success";
    case {NAME}_ERROR_NULL_ARGUMENT:
      return "an argument is NULL";
    case {NAME}_ERROR_MISALIGNED_MEMORY:
      return "the memory{or_weights} not aligned to {alignment} bytes";
    case {NAME}_ERROR_MEMORY_TOO_SMALL:
      return "the memory is smaller than {NAME}_MEMORY_BYTES(threads)";
    case {NAME}_ERROR_THREADS_OUT_OF_RANGE:
      return "the number of threads is not {threads_range}, or more than {name}_create was given";
    case {NAME}_ERROR_UNSUPPORTED_CPU:
      return "the CPU lacks instructions that the library was compiled for";
    case {NAME}_ERROR_THREAD_START:
      return "the system cannot start another thread";
    case {NAME}_ERROR_MISALIGNED_ARGUMENT:
      return "an argument is not aligned as its type is";
    case {NAME}_ERROR_WRONG_HEADER:
      return "the header is not the one that was written with the library";
{unknown_target}{weights_statuses}{decode_statuses}  }}
  return "not a status of {name}";
}}

::{name}_status {name}_create(void* memory, size_t bytes, int threads, {weights_parameters}struct ::{name}** network) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  *network = nullptr;
  if (memory == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > {NAME}_MAX_THREADS) {{
    return {NAME}_ERROR_THREADS_OUT_OF_RANGE;
  }}
  if (reinterpret_cast<uintptr_t>(memory) % {NAME}_MEMORY_ALIGNMENT != 0) {{
    return {NAME}_ERROR_MISALIGNED_MEMORY;
  }}
  if (bytes < {NAME}_MEMORY_BYTES(threads)) {{
    return {NAME}_ERROR_MEMORY_TOO_SMALL;
  }}
  const Code* code;
  const ::{name}_status status = choose_code(&code);
  if (status != {NAME}_OK) return status;
{weights_checks}
  struct ::{name}* created = static_cast<struct ::{name}*>(memory);
  created->code = code;
{set_weights}  created->next_watch = {{}};
  void* seats = static_cast<uint8_t*>(memory) + code->seats_at(threads);
  created->team.init(threads, static_cast<slimc::Seat*>(seats), run_network, created);
  *network = created;
  return {NAME}_OK;
}}

::{name}_status {checked_create}(uint64_t header_id, void* memory, size_t bytes, int threads, {weights_parameters}struct ::{name}** network) {{
  if (header_id == {NAME}_ID) {{
    return {name}_create(memory, bytes, threads, {weights_arguments}network);
  }}
  if (network != nullptr) *network = nullptr;
  return {NAME}_ERROR_WRONG_HEADER;
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("alignment", kMemoryAlignment), fmt::arg("threads_range", threads_range(plan)),
      fmt::arg("unknown_target", unknown_target(library)),
      fmt::arg("or_weights", plan.external_weights ? " or the weights are" : " is"),
      fmt::arg("weights_statuses", weights_statuses(library)),
      fmt::arg("weights_parameters", weights_parameters(library)),
      fmt::arg("weights_arguments", plan.external_weights ? "weights, weights_bytes, " : ""),
      fmt::arg("checked_create", checked_create_symbol(plan)),
      fmt::arg("weights_checks", weights_checks(library)),
      fmt::arg("set_weights", plan.external_weights
                                  ? "  created->weights = static_cast<const uint8_t*>(weights) + "
                                    "static_cast<size_t>(code->weights.offset);\n"
                                  : ""),
      fmt::arg("decode_statuses", decode_statuses(plan)));
  text += run_functions(plan);
  text += weights_functions(library) + preprocessing(plan) + decoding(plan);
  text += fmt::format(
      R"code(
::{name}_status {name}_set_threads(struct ::{name}* network, int threads) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > network->team.most()) {{
    return {NAME}_ERROR_THREADS_OUT_OF_RANGE;
  }}
  network->team.set_size(threads);
  return {NAME}_OK;
}}

void {name}_stop_threads(struct ::{name}* network) {{
  if (network != nullptr) network->team.stop();
}}

::{name}_status {name}_set_parallel_for(struct ::{name}* network, ::{name}_parallel_for parallel_for, void* user) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  network->team.set_parallel_for(parallel_for, user);
  return {NAME}_OK;
}}

void {name}_destroy(struct ::{name}* network) {{ {name}_stop_threads(network); }}

const ::{name}_stage* {name}_stages(void) {{
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->stages : nullptr;
}}

int {name}_stage_count(void) {{
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->stage_count : 0;
}}

float* {name}_arena(struct ::{name}* network) {{
  if (network == nullptr) return nullptr;
  return reinterpret_cast<float*>(reinterpret_cast<uint8_t*>(network) + arena_at);
}}

::{name}_status {name}_set_observer(struct ::{name}* network, ::{name}_observer observer, void* user) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  network->next_watch.observer = observer;
  network->next_watch.observer_user = user;
  return {NAME}_OK;
}}

::{name}_status {name}_set_profiler(struct ::{name}* network, ::{name}_clock clock, ::{name}_report report, void* user) {{
  if (network == nullptr || (clock == nullptr) != (report == nullptr)) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  network->next_watch.clock = clock;
  network->next_watch.report = report;
  network->next_watch.profiler_user = user;
  return {NAME}_OK;
}}
}}

}}  // namespace {scope}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("scope", inner_scope(plan)));
  return text;
}

}  // namespace slimc
