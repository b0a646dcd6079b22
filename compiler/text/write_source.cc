// NAME.cc: the network as tables of constants, and the functions of NAME.h; runtime/ has what goes
// through the tables. It is compiled for the baseline of the architecture: only the kernels use
// what the CPU is first asked for.
#include "compiler/text/write_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "compiler/plan/library.h"
#include "compiler/text/external_weights.h"
#include "compiler/text/label_tables.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "compiler/text/write_header.h"
#include "support/check.h"

namespace slimc {
namespace {

// The instance, and short names for it.
std::string types(const Library& library) {
  const Plan& plan = library.plan();
  return fmt::format(
      R"(
// In here nothing can have a name of another library's or of a program's, and what is the header's
// is written with "::".
namespace {scope} {{
// Outputs, arguments of a kernel and inputs of a stage at most.
using Instance =
    slimc::Instance<::{name}_timing, ::{name}_stage, {outputs}, {arguments}, {inputs}>;
}}

struct {name} {{
  {scope}::Instance instance;
}};

namespace {scope} {{

using Network = struct ::{name};
using Status = ::{name}_status;
)",
      fmt::arg("name", plan.name), fmt::arg("scope", inner_scope(plan)),
      fmt::arg("outputs", plan.outputs.size()), fmt::arg("arguments", most_arguments(library)),
      fmt::arg("inputs", most_inputs(library)));
}

// What the targets decide, in namespaces of their own where there are several. Behind it all an
// anonymous namespace is open.
std::string target_codes(const Library& library) {
  if (library.targets.size() == 1) {
    return kernel_declarations(library, library.targets[0]) + "\nnamespace {\n" +
           stage_tables(library.targets[0]);
  }
  std::string text;
  for (const TargetPlan& code : library.targets) {
    text += fmt::format("\n// For {}.\nnamespace {} {{\n{}\nnamespace {{\n{}}}  // namespace\n}}\n",
                        comment_text(code.target.name), code.suffix,
                        kernel_declarations(library, code), stage_tables(code));
  }
  return text + "\nnamespace {\n";
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
  const std::string prefix = macro_prefix(library.plan().name);
  std::string text = "\n// The most demanding first.\nconstexpr Instance::Code codes[] = {\n";
  const std::vector<std::string> sections = weights_sections(library);
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    const TargetPlan& code = library.targets[i];
    const std::string scope = code.suffix.empty() ? "" : code.suffix + "::";
    text += fmt::format("    {{.target = {},\n{}", string_literal(code.target.name),
                        required_cpu(code.target));
    text += fmt::format(
        "     .arena_at = {},\n"
        "     .arena_bytes = {},\n"
        "     .scratch_bytes = {},\n",
        instance_bytes(code.plan), code.plan.arena_bytes, code.plan.scratch_bytes);
    text += library.external_weights
                ? sections[i]
                : fmt::format("     .weights = {}{},\n", scope, weights_symbol(code));
    text += fmt::format(
        "     .stages = {0}stages,\n"
        "     .rows = {0}rows.of,\n"
        "     .stage_count = {1}}},\n",
        scope, code.plan.stages.size());
  }
  text += "};\n\n";
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    text += fmt::format(
        R"(static_assert(codes[{0}].memory_bytes(1) <= {1}_MEMORY_BYTES(1));
static_assert(codes[{0}].memory_bytes(2) <= {1}_MEMORY_BYTES(2));
)",
        i, prefix);
  }
  return text + fmt::format(
                    "static_assert(sizeof(Network) <= {} && alignof(Network) <= "
                    "{}_MEMORY_ALIGNMENT);\n",
                    instance_bytes(library.plan()), prefix);
}

std::string network_function(const Plan& plan) {
  const std::int64_t images = plan.input_shape[0];
  std::vector<std::string> bytes;
  for (const PlanOutput& output : plan.outputs) {
    bytes.push_back(std::to_string(output.shape.elements() / images * std::int64_t{sizeof(float)}));
  }
  return fmt::format(
      R"(
// What each thread does in a run.
void run_network(void* instance, int index) {{
  static constexpr ptrdiff_t output_bytes[] = {{{bytes}}};  // of an image
  static_cast<Instance*>(instance)->compute(index, {NAME}_BATCH, {values}, output_bytes);
}}
)",
      fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("bytes", fmt::join(bytes, ", ")),
      fmt::arg("values", plan.input_shape.elements() / images));
}

}  // namespace

std::string write_source(const Library& library) {
  const Plan& plan = library.plan();
  std::string text = fmt::format(
      R"(// {title}, written by slimc
// for {targets}.
//
// The network is a table of stages: kernels, and where in the instance's arena, the weights and so
// on their arguments lie. All threads of an instance go through it together, each with a part of
// every stage's tasks (slimc/stages.h). Compile this for the baseline of the architecture: create()
// must be able to run where the kernels are not.
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
  text += fit_columns(types(library));
  text += target_codes(library) + weights_constants(library) + code_table(library);
  text += fit_columns(network_function(plan));
  if (!library.labels.empty()) text += label_tables(library.labels);
  text += fit_columns(helper_functions(library) + preprocess_function(plan) +
                      "\n}  // namespace\n\nextern \"C\" {\n" + public_functions(library) +
                      image_functions(library));
  return text + fmt::format("\n}}  // extern \"C\"\n\n}}  // namespace {}\n", inner_scope(plan));
}

}  // namespace slimc
