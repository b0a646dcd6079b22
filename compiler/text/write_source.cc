// NAME.cc: the network as straight-line code with constant shapes and offsets; runtime/ has what it
// is written with. It is compiled for the baseline of the architecture: only the kernels use what
// the CPU is first asked for.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/build/codegen.h"
#include "compiler/text/external_weights.h"
#include "compiler/text/label_tables.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "support/check.h"

namespace slimc {
namespace {

using Source = Argument::Source;

// Kernels and weights are symbols of the library's, but nobody's business outside of it.
std::string declarations(const Library& library) {
  std::string text = "\n#pragma GCC visibility push(hidden)\nextern \"C\" {\n";
  for (const TargetCode& code : library.targets) {
    if (library.targets.size() > 1) {
      text += fmt::format("{}// For {}.\n", &code == &library.targets.front() ? "" : "\n",
                          comment_text(code.target.name));
    }
    text += kernel_declarations(code.plan);
  }
  return text + "}\n#pragma GCC visibility pop\n";
}

// The instance, and what the functions of the stages are given.
std::string types(const Plan& plan) {
  return fmt::format(
      R"(
namespace {scope} {{
namespace {{
struct Code;
}}
}}  // namespace {scope}

struct {name} {{
  slimc::Team team;
  const {scope}::Code* code;
{weights_member}  slimc::Watch<{name}_timing> next_watch;  // as set, for the runs to come
  // Of the run that is going on.
  slimc::Watch<{name}_timing> watch;
  const uint8_t* input;
{output_members}  bool input_is_u8;
}};

// In here nothing can have a name of another library's or of a program's, and what is the header's
// is written with "::".
namespace {scope} {{
namespace {{

// The caller's memory: the instance, the arena, scratch of the second thread and of those behind it
// (the first has it in the arena), seats.
constexpr size_t arena_at = {arena_at};
constexpr size_t seat_bytes = sizeof(slimc::Seat);

static_assert(sizeof(struct ::{name}) <= arena_at);
static_assert(alignof(struct ::{name}) <= {NAME}_MEMORY_ALIGNMENT);

using Worker = slimc::Worker<::{name}_timing>;

// What was made for one target.
struct Code {{
  const char* target;
  uint32_t required_cpu;  // slimc::cpu::Feature
  size_t arena_bytes;
  size_t scratch_bytes;  // a thread, without the first
  void (*compute)(const struct ::{name}& network, Worker& worker);
  const ::{name}_stage* stages;
  int stage_count;
{weights_field}
  constexpr size_t seats_at(int threads) const {{
    return arena_at + arena_bytes + (static_cast<size_t>(threads) - 1) * scratch_bytes;
  }}
  constexpr bool fits(int threads) const {{
    return seats_at(threads) + static_cast<size_t>(threads) * seat_bytes <=
           {NAME}_MEMORY_BYTES(threads);
  }}
}};
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("scope", inner_scope(plan)),
      fmt::arg("output_members",
               plan.outputs.size() > 1
                   ? fmt::format("  uint8_t* outputs[{}_OUTPUT_COUNT];  // null: not wanted\n"
                                 "  uint32_t wanted;  // outputs, a bit each\n",
                                 macro_prefix(plan.name))
                   : "  uint8_t* output;\n"),
      fmt::arg("weights_member",
               plan.external_weights ? "  const uint8_t* weights;  // of that code\n" : ""),
      fmt::arg("weights_field", plan.external_weights ? "  slimc::WeightsSection weights;\n" : ""),
      fmt::arg("arena_at", instance_bytes(plan)));
}

std::string target_code(const Plan& plan) {
  std::string text;
  if (!plan.target.empty()) text += fmt::format("\nnamespace {} {{\n", plan.target);
  text += stage_functions(plan) + compute_function(plan) + stage_table(plan);
  if (!plan.target.empty()) text += fmt::format("\n}}  // namespace {}\n", plan.target);
  return text;
}

std::string required_cpu(const Target& target) {
  std::vector<std::string> names;
  for (const std::string& feature : target.required_features) {
    names.push_back("slimc::cpu::" + feature);
  }
  if (names.empty()) names.push_back("0");
  return wrap_list("     .required_cpu = ", names, " |", ",");
}

// What there is to choose from, and that each fits into the memory that the header asks for: it
// grows by the same bytes with each thread.
std::string code_table(const Library& library) {
  std::string text = "\n// The most demanding first.\nconstexpr Code codes[] = {\n";
  const std::vector<std::string> sections = weights_sections(library);
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    const TargetCode& code = library.targets[i];
    const std::string scope = code.plan.target.empty() ? "" : code.plan.target + "::";
    text += fmt::format("    {{.target = {},\n{}", string_literal(code.target.name),
                        required_cpu(code.target));
    text += fmt::format(
        "     .arena_bytes = {},\n"
        "     .scratch_bytes = {},\n"
        "     .compute = {}compute_all,\n"
        "     .stages = {}stages,\n"
        "     .stage_count = {},\n",
        code.plan.arena_bytes, code.plan.scratch_bytes, scope, scope, code.plan.stages.size());
    text += sections[i];
    text.replace(text.size() - 2, 2, "},\n");
  }
  text += "};\n\n";
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    text += fmt::format("static_assert(codes[{0}].fits(1) && codes[{0}].fits(2));\n", i);
  }
  return text;
}

// A batch runs one image after the other, so that activations stay in the cache.
std::string network_function(const Plan& plan) {
  const Shape& in = plan.input_shape;
  const std::int64_t image = in[1] * in[2] * in[3];
  const std::int64_t result = plan.outputs.front().shape.elements() / in[0];
  const std::string output =
      plan.outputs.size() > 1
          ? "        .outputs = network->outputs,\n        .wanted = network->wanted,\n"
          : fmt::format("        .output = network->output + item * ptrdiff_t{{{}}},\n",
                        result * 4);
  return fmt::format(
      R"(
// What each thread does in a run.
void run_network(void* instance, int index) {{
  struct ::{name}* network = static_cast<struct ::{name}*>(instance);
  const Code& code = *network->code;
  uint8_t* arena = static_cast<uint8_t*>(instance) + arena_at;
  for (int item = 0; item < {NAME}_BATCH; ++item) {{
    Worker worker = {{
        .team = &network->team,
        .watch = &network->watch,
        .index = index,
        .item = item,
        .input = network->input + item * {image_bytes},
{output}        .arena = arena,
        .scratches = arena + code.arena_bytes,
        .scratch_bytes = code.scratch_bytes,
        .computed = 0,
{weights}    }};
    code.compute(*network, worker);
  }}
}}
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("image_bytes",
               fmt::format("(network->input_is_u8 ? ptrdiff_t{{{}}} : {})", image, image * 4)),
      fmt::arg("weights", plan.external_weights ? "        .weights = network->weights,\n" : ""),
      fmt::arg("output", output));
}

void check_plan(const Plan& plan) {
  SLIMC_CHECK(
      plan.labels.empty() || classes(plan) == static_cast<std::int64_t>(plan.labels.list.size()),
      "the labels are not those of the classes");
}

}  // namespace

std::string write_source(const Library& library) {
  for (const TargetCode& code : library.targets) check_plan(code.plan);
  const Plan& plan = library.plan();
  std::string text = fmt::format(
      R"(// {title}, written by slimc
// for {targets}.
//
// All threads of an instance run run_network(), each with a part of every stage's tasks. A stage
// reads and writes fixed places of the arena. Compile it for the baseline of the architecture:
// create() must be able to run where the kernels are not.
#include "{name}.h"

#if {NAME}_ID != 0x{id:016x}u
#error "the header is not the one that was written with this file"
#endif
#undef {name}_create

{no_threads}#include "slimc/runtime.h"
)",
      fmt::arg("title", comment_text(plan.title)), fmt::arg("targets", target_names(library)),
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("id", library.id),
      fmt::arg("no_threads", has_threads(library) ? "" : "#define SLIMC_NO_THREADS\n"));
  text += declarations(library);
  text += fit_columns(types(plan));
  for (const TargetCode& code : library.targets) text += target_code(code.plan);
  text += weights_constants(library) + code_table(library);
  text += fit_columns(network_function(plan));
  if (!plan.labels.empty()) text += label_tables(plan.labels);
  text += fit_columns(public_functions(library));
  return text;
}

}  // namespace slimc
