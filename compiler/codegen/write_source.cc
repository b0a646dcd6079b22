// NAME.cc: the network as straight-line code with constant shapes and offsets; runtime/ has what it
// is written with. It is compiled for the baseline of the architecture: only the kernels use what
// the CPU is first asked for.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/label_tables.h"
#include "compiler/codegen/source_parts.h"
#include "compiler/codegen/source_text.h"
#include "compiler/support/check.h"

namespace slimc {
namespace {

using Source = Argument::Source;

std::string cpu_features(const Target& target) {
  std::vector<std::string> names;
  for (const std::string& feature : target.required_features) {
    names.push_back("slimc::cpu::" + feature);
  }
  if (names.empty()) names.push_back("0");
  return wrap_list("constexpr uint32_t required_cpu = ", names, " |", ";");
}

// The instance, and what the functions of the stages are given.
std::string types(const Plan& plan, const Target& target) {
  return fmt::format(
      R"(
struct {name} {{
  slimc::Team team;
  slimc::Watch<{name}_timing> next_watch;  // as set, for the runs to come
  // Of the run that is going on.
  slimc::Watch<{name}_timing> watch;
  const uint8_t* input;
  uint8_t* output;
{u8_member}}};

namespace {{

// The caller's memory, in bytes.
constexpr size_t arena_at = {arena_at};  // behind the instance
constexpr size_t arena_bytes = {arena_bytes};
constexpr size_t scratch_at = arena_at + arena_bytes;
constexpr size_t scratch_bytes = {scratch_bytes};  // a thread, but the first has it in the arena
constexpr size_t seat_bytes = sizeof(slimc::Seat);

static_assert(sizeof(struct {name}) <= arena_at);
static_assert(alignof(struct {name}) <= {NAME}_MEMORY_ALIGNMENT);
static_assert({NAME}_MEMORY_BYTES(1) == scratch_at + seat_bytes);
static_assert({NAME}_MEMORY_BYTES(2) == scratch_at + scratch_bytes + 2 * seat_bytes);

{cpu}
using Worker = slimc::Worker<{name}_timing>;
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("u8_member", plan.takes_u8 ? "  bool input_is_u8;\n" : ""),
      fmt::arg("arena_at", kInstanceBytes), fmt::arg("arena_bytes", plan.arena_bytes),
      fmt::arg("scratch_bytes", plan.scratch_bytes), fmt::arg("cpu", cpu_features(target)));
}

void check_plan(const Plan& plan) {
  SLIMC_CHECK(
      plan.labels.empty() || classes(plan) == static_cast<std::int64_t>(plan.labels.list.size()),
      "the labels are not those of the classes");
  for (const Stage& stage : plan.stages) {
    const bool reads_image =
        std::any_of(stage.arguments.begin(), stage.arguments.end(),
                    [](const Argument& a) { return a.source == Source::NetworkInput; });
    SLIMC_CHECK(reads_image == (stage.kernel_u8 >= 0) || !plan.takes_u8,
                "stage '" + stage.name + "' and the 8-bit image do not fit together");
    SLIMC_CHECK(plan.takes_u8 || stage.kernel_u8 < 0, "8-bit kernel without 8-bit input");
  }
}

}  // namespace

std::string write_source(const Plan& plan, const Target& target) {
  check_plan(plan);
  std::string text = fmt::format(
      R"(// {title}, written by slimc
// for {halide}.
//
// All threads of an instance run run_network(), each with a part of every stage's tasks. A stage
// reads and writes fixed places of the arena. Compile it for the baseline of the architecture:
// create() must be able to run where the kernels are not.
#include "{name}.h"

{no_threads}#include "slimc/runtime.h"
)",
      fmt::arg("title", comment_text(plan.title)), fmt::arg("halide", comment_text(target.halide)),
      fmt::arg("name", plan.name),
      fmt::arg("no_threads", has_threads(target) ? "" : "#define SLIMC_NO_THREADS\n"));
  text += kernel_declarations(plan);
  text += types(plan, target);
  text += stage_functions(plan);
  text += network_function(plan);
  text += fit_columns(run_function(plan));
  text += stage_table(plan);
  if (!plan.labels.empty()) text += label_tables(plan.labels);
  text += "\n}  // namespace\n";
  text += fit_columns(public_functions(plan, target));
  return text;
}

}  // namespace slimc
