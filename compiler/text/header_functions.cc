// NAME.h: the instance, and the functions that make and run it.
#include <fmt/format.h>

#include "compiler/text/external_weights.h"
#include "compiler/text/header_parts.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_text.h"
#include "compiler/text/statuses.h"

namespace slimc {
namespace {

// The enumeration of what functions return.
std::string status_type(const Library& library) {
  const std::string &name = library.plan().name, prefix = macro_prefix(name);
  std::string text = fmt::format("\ntypedef enum {}_status {{\n", name);
  const std::vector<Status> list = statuses(library);
  for (std::size_t i = 0; i < list.size(); ++i) {
    text += fmt::format("  {}_{}{}{}{}\n", prefix, list[i].enumerator, i == 0 ? " = 0" : "",
                        i + 1 < list.size() ? "," : "",
                        list[i].comment.empty() ? "" : " /* " + list[i].comment + " */");
  }
  return text + fmt::format("}} {}_status;\n", name);
}

// Behind "constants in the library, which instances share".
std::string halves(const Plan& plan) {
  if (plan.precision.weights == ElementType::Float32) return "";
  const std::string stored = "; those of 1x1 convolutions are\n   stored as 16-bit floats";
  if (plan.precision.arithmetic == ElementType::Float32)
    return stored + " and computed with as 32-bit ones";
  return stored + (plan.precision.accumulate == ElementType::Float32
                       ? " and multiplied as such: some products are added up in 16 bits, and "
                         "those sums in 32"
                       : ", multiplied and added up as such");
}

std::string target_is(const Library& library) {
  if (library.targets.size() == 1) {
    return fmt::format("\"{}\": what the library was compiled for. NULL on a CPU that lacks it.",
                       comment_text(library.targets[0].target.name));
  }
  std::string text = fmt::format(
      "Which of {} an instance created here and now takes: the first whose instructions the CPU "
      "has, "
      "NULL if it lacks even the last's.",
      target_names(library));
  if (asks_environment(library)) {
    text += " The environment variable SLIMC_TARGET can name another of them, for tests.";
  }
  return text;
}

std::string threads(const Library& library) {
  return fmt::format(
      R"(
/* How many threads the runs to come use, the caller's included: 1 to the number given to
   {name}_create. {own_threads} */
{name}_status {name}_set_threads(struct {name} *network, int threads);

/* Ends the threads that the instance has started; the next run starts them anew. Not during a run.
   After a fork the parent's instance goes on with its threads, and the child's copy starts its own
   in its next run. NULL is fine. */
void {name}_stop_threads(struct {name} *network);

/* Calls body(context, index) for each index from 0 to count - 1 once, in any order, on any threads, at
   the same time or one after the other. Returns when all of them have, and what they wrote can be
   seen by the calling thread. */
typedef void (*{name}_parallel_for)(
    void *user, int count, void (*body)(void *context, int index), void *context);

/* For the runs to come: threads of the caller's in place of the instance's own, which end in the
   next run. `parallel_for` is called once a stage, from the thread that called run, with the number
   of threads as its count; no body waits for another one. NULL, as at first: the instance's own. */
{name}_status {name}_set_parallel_for(struct {name} *network, {name}_parallel_for parallel_for, void *user);
)",
      fmt::arg("name", library.plan().name),
      fmt::arg("own_threads",
               has_threads(library)
                   ? "If that is another number, the next run starts them anew."
                   : "This library starts none itself: without a parallel-for it is one thread."));
}

// Functions for any of several outputs.
std::string several_outputs(const Plan& plan) {
  if (plan.outputs.size() == 1) return "";
  std::string members;
  for (const PlanOutput& output : plan.outputs) {
    members += fmt::format("  float *{}; /* {}_OUTPUT_{}_SIZE values: {} */\n", output.identifier,
                           macro_prefix(plan.name), macro_prefix(output.identifier),
                           comment_text(output.name));
  }
  return fmt::format(
      R"(
/* Where the outputs of a run go. NULL: not wanted, and what only it needs is not computed. */
typedef struct {name}_outputs {{
{members}}} {name}_outputs;

/* The same as {name}_run and {name}_run_u8, for all outputs that are wanted. At least one is. */
{name}_status {name}_run_outputs(struct {name} *network, const float *input, const struct {name}_outputs *outputs);
{name}_status {name}_run_outputs_u8(struct {name} *network, const uint8_t *input, const struct {name}_outputs *outputs);
)",
      fmt::arg("name", plan.name), fmt::arg("members", members));
}

std::string weights_parameters_in_c(const Library& library) {
  return library.external_weights ? "const void *weights, size_t weights_bytes, " : "";
}

// Who calls create from C or C++ has the header checked; its plain symbol is for everybody else.
std::string checked_create(const Library& library) {
  const Plan& plan = library.plan();
  return fmt::format(
      R"(
/* What a call of {name}_create is: that of a header of another compile than the library's gets
   {NAME}_ERROR_WRONG_HEADER. Pointers to {name}_create, and callers without this header, are not
   checked; they can call this with {NAME}_ID. */
{name}_status {checked}(uint64_t header_id, void *memory, size_t bytes, int threads, {weights_parameters}struct {name} **network);
#define {name}_create(...) \
  {checked}( \
      {NAME}_ID, __VA_ARGS__)
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("checked", checked_create_symbol(library)),
      fmt::arg("weights_parameters", weights_parameters_in_c(library)));
}

// What an instance is and where it comes from.
std::string making(const Library& library) {
  const Plan& plan = library.plan();
  return fmt::format(
      // "struct" in the parameters, because one of them may be called like the network.
      R"(
/* An instance of the network. It lives in memory of the caller's, with all that it ever needs; the
   weights are {where}, which instances share{halves}. */
typedef struct {name} {name};
{status_type}
/* What a status means, in words; never NULL. */
const char *{name}_status_string({name}_status status);
{weights}
/* Makes an instance in `memory` for up to `threads` threads; its runs use as many until
   {name}_set_threads says otherwise. Starts none: the first run that needs them does. `memory` must
   stay where it is until {name}_destroy. After an error *network is NULL, and the memory is the
   caller's again.{checks_weights} */
{name}_status {name}_create(void *memory, size_t bytes, int threads, {weights_parameters}struct {name} **network);
)",
      fmt::arg("name", plan.name),
      fmt::arg("where",
               library.external_weights ? "the caller's as well" : "constants in the library"),
      fmt::arg("halves", halves(plan)), fmt::arg("status_type", status_type(library)),
      fmt::arg("weights", weights_declarations(library)),
      fmt::arg("weights_parameters", weights_parameters_in_c(library)),
      fmt::arg("checks_weights", library.external_weights
                                     ? " Reads all weights to see whether they are the library's."
                                     : ""));
}

std::string running(const Plan& plan) {
  return fmt::format(
      R"(
/* Classifies a batch. `input` holds {NAME}_INPUT_SIZE values: {range} of
   channels x of 0 to 255; `output` receives
   {NAME}_OUTPUT_SIZE values{of_first}. Returns when they are there. Allocates nothing; of the system it takes the threads that it starts, and a page with them. No callback may leave
   it by longjmp or an exception; pthread_cancel waits for its end. The result has the
   same bits whatever the number of threads and the calling thread's mode for floats (rounding,
   denormals, traps), which stays as it was. What an input that is not a number leads to is not
   specified, but it stays with its image. One call at a time per instance; different instances may
   run at the same time. */
{name}_status {name}_run(struct {name} *network, const float *input, float *output);

/* The same for 8-bit channels, 0 to 255{order}: scaled on the way into the first layer. */
{name}_status {name}_run_u8(struct {name} *network, const uint8_t *input, float *output);
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("range", comment_text(formula(plan.pixels))), fmt::arg("order", byte_order(plan)),
      fmt::arg("of_first", plan.outputs.size() > 1 ? ", those of the first output" : ""));
}

std::string ending(const Library& library) {
  return fmt::format(
      R"(
/* Ends the instance's threads. The memory is the caller's to reuse or free. NULL is fine. */
void {name}_destroy(struct {name} *network);

/* {target_is} */
const char *{name}_target(void);
)",
      fmt::arg("name", library.plan().name), fmt::arg("target_is", target_is(library)));
}

}  // namespace

std::string header_functions(const Library& library) {
  const Plan& plan = library.plan();
  return making(library) + checked_create(library) + running(plan) + several_outputs(plan) +
         threads(library) + ending(library);
}

}  // namespace slimc
