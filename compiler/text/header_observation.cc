// NAME.h: the stages, and who may watch them.
#include <fmt/format.h>

#include "compiler/text/header_parts.h"
#include "compiler/text/source_text.h"

namespace slimc {

std::string header_observation(const Plan& plan) {
  return fmt::format(
      R"(
/* For tools that look inside. A run computes the stages in order, for one image of the batch after
   the other. */
typedef struct {name}_stage {{
  const char *name;
  const char *kind;
  const char *description;
  int input_stage;         /* the stage whose output it reads; -1: the network's input */
  int input_count;         /* how many outputs it reads, */
  const int *input_stages; /*   all of them, input_stage first */
  ptrdiff_t output_offset; /* of its output, in bytes into the arena; -1: a caller's output */
  const char *type;        /* of its output's elements: "float32" */
  int64_t height;          /* of its output: height x width x channels elements, */
  int64_t width;           /*   rows without gaps, */
  int64_t channels;
  int64_t channel_stride; /*   a pixel every channel_stride elements */
  int64_t tasks;          /* pieces of work that threads share */
  int64_t multiply_adds;  /* for one image */
  int output_index;       /* which of the caller's outputs it writes, counted from 0; -1: none */
}} {name}_stage;

/* {name}_stage_count() rows, those of {name}_target(). NULL and 0 where that is NULL. */
const {name}_stage *{name}_stages(void);
int {name}_stage_count(void);

/* Where outputs of stages lie, floats where their type is "float32". Outputs that are never needed
   at the same time share memory: each is there from the end of its stage to the end of the last
   stage that reads it. */
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

}  // namespace slimc
