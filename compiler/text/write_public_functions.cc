// The part of NAME.cc that a caller calls: the functions of NAME.h that make, run and watch a
// network.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "compiler/text/external_weights.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "compiler/text/statuses.h"

namespace slimc {
namespace {

// Which of the codes an instance takes. With one there is nothing to choose, and nobody is asked
// for an environment.
std::string choose_function(const Library& library) {
  const std::string prefix = macro_prefix(library.plan().name);
  std::string forced;
  if (asks_environment(library)) {
    forced = fmt::format(
        R"(  if (const char* target = slimc::forced_target()) {{
    *chosen = slimc::find_target(codes, target);
    if (*chosen == nullptr) return {0}_ERROR_UNKNOWN_TARGET;
    if (slimc::cpu::has((*chosen)->required_cpu)) return {0}_OK;
    *chosen = nullptr;
    return {0}_ERROR_UNSUPPORTED_CPU;
  }}
)",
        prefix);
  }
  return fmt::format(
      R"(
// The code that this CPU takes, or why there is none.
Status choose_code(const Instance::Code** chosen) {{
{forced}  *chosen = slimc::cpu::best(codes);
  return *chosen != nullptr ? {NAME}_OK : {NAME}_ERROR_UNSUPPORTED_CPU;
}}

const Instance::Code* chosen_code() {{
  const Instance::Code* code;
  choose_code(&code);
  return code;
}}
)",
      fmt::arg("NAME", prefix), fmt::arg("forced", forced));
}

std::string run_function(const Plan& plan) {
  return fmt::format(
      R"(
// A null output is not wanted.
template <typename Element, int count>
Status run(Network* network, const Element* input, float* const (&outputs)[count]) {{
  const uint32_t wanted = slimc::not_null(outputs);
  if (network == nullptr || input == nullptr || wanted == 0) return {NAME}_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(input) || slimc::any_misaligned(outputs)) {{
    return {NAME}_ERROR_MISALIGNED_ARGUMENT;
  }}
  network->instance.begin_run(input, outputs, wanted);
  return network->instance.team.run() ? {NAME}_OK : {NAME}_ERROR_THREAD_START;
}}
)",
      fmt::arg("NAME", macro_prefix(plan.name)));
}

// The functions that a caller runs the network by, for floats and for bytes.
std::string run_functions(const Plan& plan) {
  std::string text;
  for (const auto& [suffix, type] : {std::pair("", "float"), std::pair("_u8", "uint8_t")}) {
    text += fmt::format(
        R"code(
Status {name}_run{suffix}(Network* network, const {type}* input, float* output) {{
  return run(network, input, {{output}});
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("suffix", suffix), fmt::arg("type", type));
    if (plan.outputs.size() == 1) continue;
    std::vector<std::string> pointers;
    for (const PlanOutput& output : plan.outputs) {
      pointers.push_back("outputs->" + output.identifier);
    }
    text += fmt::format(
        R"code(
Status {name}_run_outputs{suffix}(Network* network, const {type}* input, const ::{name}_outputs* outputs) {{
  if (outputs == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
{call}}}
)code",
        fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
        fmt::arg("suffix", suffix), fmt::arg("type", type),
        fmt::arg("call", wrap_list("  return run(network, input, {", pointers, ",", "});")));
  }
  return text;
}

std::string status_function(const Library& library) {
  const std::string& name = library.plan().name;
  std::string text = fmt::format(
      "\nconst char* {}_status_string(Status status) {{\n"
      "  static constexpr const char* words[] = {{\n",
      name);
  for (const Status& status : statuses(library)) {
    text += fmt::format("      \"{}\",\n", status.words);
  }
  return text + fmt::format(
                    "  }};\n"
                    "  return slimc::words_of(words, status, \"not a status of {}\");\n}}\n",
                    name);
}

std::string create_functions(const Library& library) {
  const Plan& plan = library.plan();
  return fmt::format(
      R"code(
Status {name}_create(void* memory, size_t bytes, int threads, {weights_parameters}Network** network) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  *network = nullptr;
  if (memory == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > {NAME}_MAX_THREADS) return {NAME}_ERROR_THREADS_OUT_OF_RANGE;
  if (reinterpret_cast<uintptr_t>(memory) % {NAME}_MEMORY_ALIGNMENT != 0) {{
    return {NAME}_ERROR_MISALIGNED_MEMORY;
  }}
  if (bytes < {NAME}_MEMORY_BYTES(threads)) return {NAME}_ERROR_MEMORY_TOO_SMALL;
  const Instance::Code* code;
  const Status status = choose_code(&code);
  if (status != {NAME}_OK) return status;
{weights_checks}
  Instance& instance = static_cast<Network*>(memory)->instance;
  instance.code = code;
  instance.weights = {weights};
  instance.next_watch = {{}};
  void* seats = static_cast<uint8_t*>(memory) + code->seats_at(threads);
  instance.team.init(threads, static_cast<slimc::Seat*>(seats), run_network, &instance);
  *network = static_cast<Network*>(memory);
  return {NAME}_OK;
}}

Status {checked_create}(uint64_t header_id, void* memory, size_t bytes, int threads, {weights_parameters}Network** network) {{
  if (header_id == {NAME}_ID) {{
    return {name}_create(memory, bytes, threads, {weights_arguments}network);
  }}
  if (network != nullptr) *network = nullptr;
  return {NAME}_ERROR_WRONG_HEADER;
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("weights_parameters", weights_parameters(library)),
      fmt::arg("weights_arguments", library.external_weights ? "weights, weights_bytes, " : ""),
      fmt::arg("checked_create", checked_create_symbol(library)),
      fmt::arg("weights_checks", weights_checks(library)),
      fmt::arg("weights", library.external_weights
                              ? "static_cast<const uint8_t*>(weights) + "
                                "static_cast<size_t>(code->weights_section.offset)"
                              : "code->weights"));
}

std::string thread_functions(const Plan& plan) {
  return fmt::format(
      R"code(
Status {name}_set_threads(Network* network, int threads) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > network->instance.team.most()) return {NAME}_ERROR_THREADS_OUT_OF_RANGE;
  network->instance.team.set_size(threads);
  return {NAME}_OK;
}}

void {name}_stop_threads(Network* network) {{
  if (network != nullptr) network->instance.team.stop();
}}

Status {name}_set_parallel_for(Network* network, ::{name}_parallel_for parallel_for, void* user) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  network->instance.team.set_parallel_for(parallel_for, user);
  return {NAME}_OK;
}}

void {name}_destroy(Network* network) {{ {name}_stop_threads(network); }}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)));
}

// Of which code there is, and of its stages.
std::string code_functions(const Plan& plan) {
  return fmt::format(
      R"code(
const char* {name}_target(void) {{
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->target : nullptr;
}}

const ::{name}_stage* {name}_stages(void) {{
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->rows : nullptr;
}}

int {name}_stage_count(void) {{
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->stage_count : 0;
}}
)code",
      fmt::arg("name", plan.name));
}

std::string watch_functions(const Plan& plan) {
  return fmt::format(
      R"code(
float* {name}_arena(Network* network) {{
  return network != nullptr ? reinterpret_cast<float*>(network->instance.arena()) : nullptr;
}}

Status {name}_set_observer(Network* network, ::{name}_observer observer, void* user) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  network->instance.next_watch.observer = observer;
  network->instance.next_watch.observer_user = user;
  return {NAME}_OK;
}}

Status {name}_set_profiler(Network* network, ::{name}_clock clock, ::{name}_report report, void* user) {{
  if (network == nullptr || (clock == nullptr) != (report == nullptr)) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  network->instance.next_watch.clock = clock;
  network->instance.next_watch.report = report;
  network->instance.next_watch.profiler_user = user;
  return {NAME}_OK;
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)));
}

}  // namespace

std::string helper_functions(const Library& library) {
  return choose_function(library) + run_function(library.plan());
}

std::string public_functions(const Library& library) {
  const Plan& plan = library.plan();
  return status_function(library) + create_functions(library) + weights_functions(library) +
         run_functions(plan) + thread_functions(plan) + code_functions(plan) +
         watch_functions(plan);
}

}  // namespace slimc
