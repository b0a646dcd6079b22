// NAME.h: what a caller of one network needs to know, and nothing of how it was made.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "compiler/build/codegen.h"
#include "compiler/text/external_weights.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

// Values of a pixel, or of an image's result.
std::int64_t output_channels(const Plan& plan) {
  const Shape& shape = plan.outputs.front().shape;
  return shape.rank() == 0 ? 1 : shape[shape.rank() - 1];
}

// "[1][1001]"
std::string extents(const Shape& shape) {
  std::string text;
  for (const std::int64_t dim : shape.dims()) text += fmt::format("[{}]", dim);
  return text;
}

std::string product(const Shape& shape) {
  std::string text;
  for (const std::int64_t dim : shape.dims()) {
    if (!text.empty()) text += " * ";
    text += std::to_string(dim);
  }
  return text.empty() ? "1" : text;
}

std::string results(const Plan& plan, std::size_t output) {
  const Stage& stage = computing_stage(plan, output);
  if (stage.shape.kind == StageKind::Softmax) {
    return "probabilities: 0 to 1, each image's sum is 1";
  }
  switch (stage.activation.kind) {
    case Activation::Sigmoid:
      return "0 to 1, each by a sigmoid of its own";
    case Activation::HardSigmoid:
      return "0 to 1, each by a hard sigmoid of its own";
    case Activation::Tanh:
      return "-1 to 1, each by a tanh of its own";
    default:
      break;
  }
  const bool is_pool = stage.shape.kind == StageKind::Pool;
  if (is_pool && plan.outputs.size() > 1) return "pooled features";
  const bool is_last = output == 0 && plan.outputs.size() == 1;
  const bool is_classifier =
      stage.shape.kind == StageKind::Pointwise && plan.outputs[output].shape.rank() <= 2;
  return is_last || is_classifier ? "the network's last layer as it is, without softmax"
                                  : "this layer as it is";
}

// "red, green, blue; "
std::string channel_order(const Plan& plan) {
  if (plan.input_shape[3] == 1) return "grey; ";
  if (plan.input_shape[3] != 3) return "";
  return plan.pixels.order == ChannelOrder::Rgb ? "red, green, blue; " : "blue, green, red; ";
}

// Sizes and names, where there are several outputs.
std::string output_constants(const Plan& plan) {
  if (plan.outputs.size() == 1) return "";
  const std::string prefix = macro_prefix(plan.name);
  std::string text = fmt::format(
      "\n/* All outputs, for {}_run_outputs. Those above are of the first. */\n"
      "#define {}_OUTPUT_COUNT {}\n",
      plan.name, prefix, plan.outputs.size());
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    const PlanOutput& output = plan.outputs[i];
    const std::string macro = prefix + "_OUTPUT_" + macro_prefix(output.identifier);
    text += fmt::format(
        "\n/* float {}{}: {}. */\n#define {}_SIZE ({}) /* elements, all floats */\n"
        "#define {}_NAME {}\n",
        output.identifier, extents(output.shape), results(plan, i), macro, product(output.shape),
        macro, string_literal(output.name));
  }
  return text;
}

// Pixels are given as they come from a camera's or decoder's RGB, whatever the network's order.
std::string byte_order(const Plan& plan) {
  return plan.pixels.order == ChannelOrder::Bgr
             ? ", in the order red, green, blue, which is reversed for this network"
             : "";
}

std::size_t most_stages(const Library& library) {
  std::size_t most = 0;
  for (const TargetCode& code : library.targets) most = std::max(most, code.plan.stages.size());
  return most;
}

std::string constants(const Library& library) {
  const Plan& plan = library.plan();
  const Shape& in = plan.input_shape;
  const std::int64_t one = memory_bytes(library, 1);
  const std::int64_t each = memory_bytes(library, 2) - one;  // further thread
  return fmt::format(
      R"(
/* Which compile this header is from. The library is from the same: see {name}_create. */
#define {NAME}_ID 0x{id:016x}u

/* The input: images as height x width x channels, channels innermost, rows from the top, without
   gaps; {channel_order}one image after the other. A float is {range} of a
   pixel's channel x, 0 to 255; {source}. */
#define {NAME}_BATCH {n}
#define {NAME}_INPUT_HEIGHT {h}
#define {NAME}_INPUT_WIDTH {w}
#define {NAME}_INPUT_CHANNELS {c}
#define {NAME}_INPUT_SIZE ({in_product}) /* elements */

/* The output: {results}. */
#define {NAME}_CLASSES {classes}
#define {NAME}_OUTPUT_SIZE ({out_product}) /* elements, all floats */
{outputs}
#define {NAME}_MAX_THREADS {max_threads}{no_threads}

/* Bytes of memory that an instance needs, {one_text} with one thread. A constant expression where
   `threads` is one, so static arrays can have this size. The memory must be aligned. */
#define {NAME}_MEMORY_BYTES(threads) ((size_t){fixed} + (size_t)(threads) * {each})
#define {NAME}_MEMORY_ALIGNMENT {alignment}

{stack}#define {NAME}_STAGE_COUNT {stages}{of_targets}
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("id", library.id), fmt::arg("n", in[0]), fmt::arg("h", in[1]), fmt::arg("w", in[2]),
      fmt::arg("c", in[3]), fmt::arg("channel_order", channel_order(plan)),
      fmt::arg("range", comment_text(formula(plan.pixels))),
      fmt::arg("source", comment_text(pixel_source(plan))), fmt::arg("in_product", product(in)),
      fmt::arg("results", results(plan, 0)), fmt::arg("outputs", output_constants(plan)),
      fmt::arg("classes", output_channels(plan)),
      fmt::arg("out_product", product(plan.outputs.front().shape)),
      fmt::arg("max_threads", plan.max_threads),
      fmt::arg(
          "no_threads",
          has_threads(library)
              ? ""
              : fmt::format(" /* this library starts none: see {}_set_parallel_for */", plan.name)),
      fmt::arg("one_text", bytes_text(one)), fmt::arg("fixed", one - each), fmt::arg("each", each),
      fmt::arg("alignment", kMemoryAlignment), fmt::arg("stages", most_stages(library)),
      fmt::arg("stack",
               library.stack_bytes == 0
                   ? ""
                   : fmt::format("/* Bytes of stack that any function here needs at most, on each "
                                 "thread that works, without those of\n   the C library's "
                                 "functions and of the caller's. */\n"
                                 "#define {}_STACK_BYTES {}\n\n",
                                 macro_prefix(plan.name), library.stack_bytes)),
      fmt::arg("of_targets", library.targets.size() > 1
                                 ? fmt::format(" /* at most: {}_stage_count() */", plan.name)
                                 : ""));
}

// The enumerators behind those that are always there.
std::string more_errors(const Library& library) {
  std::vector<std::pair<std::string, std::string>> errors = {
      {"THREAD_START", "the system has no more threads"},
      {"MISALIGNED_ARGUMENT", "not at a multiple of its type's alignment"},
      // Each library says it by the same number: who is told has another header.
      {"WRONG_HEADER", "of another compile than the library"}};
  if (library.targets.size() > 1) {
    errors.emplace_back("UNKNOWN_TARGET", "SLIMC_TARGET names none of the library's");
  }
  for (auto& error : weights_errors(library)) errors.push_back(std::move(error));
  const bool classifies = classes(library.plan()).has_value();
  const bool by_pixel = !scales_alike(library.plan().pixels);
  if (classifies || by_pixel) {
    errors.emplace_back("WRONG_COUNT", !by_pixel     ? "of predictions, for so many classes"
                                       : !classifies ? "of channels, for whole pixels"
                                                     : "of predictions or channels");
  }
  if (classifies) {
    errors.emplace_back("TOP_OUT_OF_RANGE",
                        fmt::format("not 1 to {}_CLASSES", macro_prefix(library.plan().name)));
  }
  std::string text;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    text += fmt::format("  {}_ERROR_{}{} /* {} */\n", macro_prefix(library.plan().name),
                        errors[i].first, i + 1 < errors.size() ? "," : "", errors[i].second);
  }
  return text;
}

// Behind "constants in the library, which instances share".
std::string halves(const Plan& plan) {
  for (const Stage& stage : plan.stages) {
    for (const Argument& argument : stage.variants[0].arguments) {
      if (argument.type != ElementType::Float16) continue;
      return "; those of 1x1 convolutions are\n   stored as 16-bit floats and computed with as "
             "32-bit ones";
    }
  }
  return "";
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
  if (has_threads(library)) {
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

// Who calls create from C or C++ has the header checked; its plain symbol is for everybody else.
std::string checked_create(const Plan& plan) {
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
      fmt::arg("checked", checked_create_symbol(plan)),
      fmt::arg("weights_parameters",
               plan.external_weights ? "const void *weights, size_t weights_bytes, " : ""));
}

std::string functions(const Library& library) {
  const Plan& plan = library.plan();
  std::string text = fmt::format(
      // "struct" in the parameters, because one of them may be called like the network.
      R"(
/* An instance of the network. It lives in memory of the caller's, with all that it ever needs; the
   weights are {where}, which instances share{halves}. */
typedef struct {name} {name};

typedef enum {name}_status {{
  {NAME}_OK = 0,
  {NAME}_ERROR_NULL_ARGUMENT,
  {NAME}_ERROR_MISALIGNED_MEMORY,    /* not at a multiple of {alignment} bytes */
  {NAME}_ERROR_MEMORY_TOO_SMALL,     /* for so many threads */
  {NAME}_ERROR_THREADS_OUT_OF_RANGE, /* not {threads_range}, or more than the instance has */
  {NAME}_ERROR_UNSUPPORTED_CPU,      /* lacks instructions of the target */
{more_errors}}} {name}_status;

/* What a status means, in words; never NULL. */
const char *{name}_status_string({name}_status status);
{weights}
/* Makes an instance in `memory` for up to `threads` threads; its runs use as many until
   {name}_set_threads says otherwise. Starts none: the first run that needs them does. `memory` must
   stay where it is until {name}_destroy. After an error *network is NULL, and the memory is the
   caller's again.{checks_weights} */
{name}_status {name}_create(void *memory, size_t bytes, int threads, {weights_parameters}struct {name} **network);
{checked_create}
/* Classifies a batch. `input` holds {NAME}_INPUT_SIZE values: {range} of
   channels x of 0 to 255; `output` receives
   {NAME}_OUTPUT_SIZE values{of_first}. Returns when they are there. Allocates nothing; of the system it takes the threads that it starts, and a page with them. No callback may leave
   it by longjmp or an exception; pthread_cancel waits for its end. The result has the
   same bits whatever the number of threads and the calling thread's mode for floats (rounding,
   denormals, traps), which stays as it was. What an input that is not a number leads to is not
   specified, but it stays with its image. One call at a time per instance; different instances may
   run at the same time. */
{name}_status {name}_run(struct {name} *network, const float *input, float *output);
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("alignment", kMemoryAlignment), fmt::arg("threads_range", threads_range(plan)),
      fmt::arg("where",
               plan.external_weights ? "the caller's as well" : "constants in the library"),
      fmt::arg("weights", weights_declarations(library)),
      fmt::arg("weights_parameters",
               plan.external_weights ? "const void *weights, size_t weights_bytes, " : ""),
      fmt::arg("checked_create", checked_create(plan)),
      fmt::arg("checks_weights", plan.external_weights
                                     ? " Reads all weights to see whether they are the library's."
                                     : ""),
      fmt::arg("more_errors", more_errors(library)), fmt::arg("halves", halves(plan)),
      fmt::arg("range", comment_text(formula(plan.pixels))),
      fmt::arg("of_first", plan.outputs.size() > 1 ? ", those of the first output" : ""));
  text += fmt::format(
      R"(
/* The same for 8-bit channels, 0 to 255{order}: scaled on the way into the first layer. */
{name}_status {name}_run_u8(struct {name} *network, const uint8_t *input, float *output);
)",
      fmt::arg("name", plan.name), fmt::arg("order", byte_order(plan)));
  text += several_outputs(plan);
  text += fmt::format(
      R"({threads}
/* Ends the instance's threads. The memory is the caller's to reuse or free. NULL is fine. */
void {name}_destroy(struct {name} *network);

/* {target_is} */
const char *{name}_target(void);
)",
      fmt::arg("name", plan.name), fmt::arg("threads", threads(library)),
      fmt::arg("target_is", target_is(library)));
  return text;
}

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

std::string decoding(const Plan& plan) {
  if (!classes(plan)) {
    return fmt::format(
        R"(
/* There is no {name}_decode_predictions: the output is that of a network without its classifier, or
   otherwise no list of classes for each image. */
)",
        fmt::arg("name", plan.name));
  }
  const bool labelled = !plan.labels.empty();
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
                   ? ": from " +
                         comment_text(std::filesystem::path(plan.labels.file).filename().string())
                   : " (slimc compile --labels)"),
      fmt::arg("what_label", labelled
                                 ? "What a class is called, in UTF-8. NULL for what is no class."
                                 : "What a class is called: NULL, the library has no labels."),
      fmt::arg("id", labelled ? "\"n02084071\"; NULL for a class that has none"
                              : "NULL, there are no labels"));
  return text;
}

std::string observation(const Plan& plan) {
  return fmt::format(
      R"(
/* For tools that look inside. A run computes the stages in order, for one image of the batch after
   the other. */
typedef struct {name}_stage {{
  const char *name;
  const char *kind;
  const char *description;
  int input_stage;         /* the stage whose output it reads; -1: the network's input */
  ptrdiff_t output_offset; /* of its output, in bytes into the arena; -1: a caller's output */
  int64_t height;          /* of its output: height x width x channels floats, */
  int64_t width;           /*   rows without gaps, */
  int64_t channels;
  int64_t channel_stride; /*   a pixel every channel_stride floats */
  int64_t tasks;          /* pieces of work that threads share */
  int64_t multiply_adds;  /* for one image */
  int output_index;       /* which of the caller's outputs it writes, counted from 0; -1: none */
}} {name}_stage;

/* {name}_stage_count() rows, those of {name}_target(). NULL and 0 where that is NULL. */
const {name}_stage *{name}_stages(void);
int {name}_stage_count(void);

/* Where outputs of stages lie. Outputs that are never needed at the same time share memory: each is
   there from the end of its stage to the end of the last stage that reads it. */
float *{name}_arena(struct {name} *network);

/* Called on the thread that called run, before (phase 0) and after (phase 1) each stage, while no
   other thread of the instance works. It may read and change the arena, and set the observer of the
   next run. */
typedef void (*{name}_observer)(void *user, int stage, int phase, int batch_item);

/* For the runs to come. NULL, as at first: nobody. Runs are slower with an observer. */
{name}_status {name}_set_observer(struct {name} *network, {name}_observer observer, void *user);

/* The part of a stage that one thread computed. */
typedef struct {name}_timing {{
  int stage;
  int thread; /* 0 (the one that called run, but with a parallel-for any) to the number - 1 */
  int batch_item;
  int tasks;      /* of the stage's; 0 where the other threads were faster */
  uint64_t begin; /* as the clock said, waiting for the others not included */
  uint64_t end;
}} {name}_timing;

/* What time it is, in a unit of the caller's. Called on every thread. */
typedef uint64_t (*{name}_clock)(void *user);

/* Called on the thread that computed, once a stage and thread for each image of the batch; so it may
   be called on several threads at the same time. */
typedef void (*{name}_report)(void *user, const {name}_timing *timing);

/* Timings of the runs to come, in which the threads work as they always do. NULL for both functions,
   as at first: none. */
{name}_status {name}_set_profiler(struct {name} *network, {name}_clock clock, {name}_report report, void *user);
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)));
}

}  // namespace

// Each part is the largest of any target, so that the sum is enough for all.
std::int64_t memory_bytes(const Library& library, int threads) {
  std::int64_t first = 0, further = 0;
  for (const TargetCode& code : library.targets) {
    first = std::max(first, instance_bytes(library.plan()) + code.plan.arena_bytes + kSeatBytes);
    further = std::max(further, code.plan.scratch_bytes + kSeatBytes);
  }
  return first + (threads - 1) * further;
}

std::string write_header(const Library& library) {
  const Plan& plan = library.plan();
  const std::string prefix = macro_prefix(plan.name);
  std::string text = fmt::format(
      R"(/* {title}: {n_images} of {h} x {w} x {c} in, {classes} classes out.
   float input{input}; float output{output}.
   {parameters} parameters (batch norms are folded), {multiply_adds} multiply-adds an image.
   For {targets}.
   C99 and C++; link lib{name}.a{libraries}. Written by slimc. */
#ifndef SLIMC_{name}_H
#define SLIMC_{name}_H

#ifdef {NAME}_BATCH
#error "{NAME}_BATCH is taken already: by a name that differs in case alone?"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif
)",
      fmt::arg("title", comment_text(plan.title)),
      fmt::arg("n_images", plan.input_shape[0] == 1
                               ? std::string("an image")
                               : fmt::format("{} images", plan.input_shape[0])),
      fmt::arg("h", plan.input_shape[1]), fmt::arg("w", plan.input_shape[2]),
      fmt::arg("c", plan.input_shape[3]), fmt::arg("classes", output_channels(plan)),
      fmt::arg("input", extents(plan.input_shape)),
      fmt::arg("output", extents(plan.outputs.front().shape)),
      fmt::arg("parameters", count_text(plan.parameters)),
      fmt::arg("multiply_adds", count_text(plan.multiply_adds)),
      fmt::arg("targets", target_names(library)), fmt::arg("name", plan.name),
      fmt::arg("libraries", has_threads(library) ? ", pthreads and libm" : " and libm"),
      fmt::arg("NAME", prefix));
  text += fit_columns(constants(library) + functions(library) + preprocessing(plan) +
                      decoding(plan) + observation(plan));
  text += fmt::format(R"(
#ifdef __cplusplus
}}
#endif

#endif /* SLIMC_{}_H */
)",
                      plan.name);
  return text;
}

}  // namespace slimc
