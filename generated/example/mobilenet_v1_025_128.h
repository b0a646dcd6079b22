/* mobilenet_v1_025_128: an image of 128 x 128 x 3 in, 1001 classes out.
   float input[1][128][128][3]; float output[1][1001].
   467593 parameters (batch norms are folded), 13.57 million multiply-adds an image.
   For x86-64-v3.
   C99 and C++; link libmobilenet_v1_025_128.a, pthreads and libm. Written by slimc. */
#ifndef SLIMC_mobilenet_v1_025_128_H
#define SLIMC_mobilenet_v1_025_128_H

#ifdef MOBILENET_V1_025_128_BATCH
#error "MOBILENET_V1_025_128_BATCH is taken already: by a name that differs in case alone?"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which compile this header is from. The library is from the same: see mobilenet_v1_025_128_create.
   */
#define MOBILENET_V1_025_128_ID 0xf0950cdb20f0efdbu

/* The input: images as height x width x channels, channels innermost, rows from the top, without
   gaps; red, green, blue; one image after the other. A float is x/127.5 - 1 (-1 to 1) of a pixel's
   channel x, 0 to 255; assumed, as nothing in the model says it; slimc compile --input says
   otherwise. */
#define MOBILENET_V1_025_128_BATCH 1
#define MOBILENET_V1_025_128_INPUT_HEIGHT 128
#define MOBILENET_V1_025_128_INPUT_WIDTH 128
#define MOBILENET_V1_025_128_INPUT_CHANNELS 3
#define MOBILENET_V1_025_128_INPUT_SIZE (1 * 128 * 128 * 3) /* elements */

/* The output: probabilities: 0 to 1, each image's sum is 1. */
#define MOBILENET_V1_025_128_CLASSES 1001
#define MOBILENET_V1_025_128_OUTPUT_SIZE (1 * 1001) /* elements, all floats */

#define MOBILENET_V1_025_128_MAX_THREADS 64

/* Bytes of memory that an instance needs, 410.3 KB with one thread. A constant expression where
   `threads` is one, so static arrays can have this size. The memory must be aligned. */
#define MOBILENET_V1_025_128_MEMORY_BYTES(threads) ((size_t)393856 + (size_t)(threads) * 16448)
#define MOBILENET_V1_025_128_MEMORY_ALIGNMENT 64

/* Bytes of stack that any function here needs at most, on each thread that works, without those of
   the C library's functions and of the caller's. */
#define MOBILENET_V1_025_128_STACK_BYTES 4352

#define MOBILENET_V1_025_128_STAGE_COUNT 19

/* An instance of the network. It lives in memory of the caller's, with all that it ever needs; the
   weights are constants in the library, which instances share. */
typedef struct mobilenet_v1_025_128 mobilenet_v1_025_128;

typedef enum mobilenet_v1_025_128_status {
  MOBILENET_V1_025_128_OK = 0,
  MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT,
  MOBILENET_V1_025_128_ERROR_MISALIGNED_MEMORY, /* not at a multiple of 64 bytes */
  MOBILENET_V1_025_128_ERROR_MEMORY_TOO_SMALL, /* for so many threads */
  MOBILENET_V1_025_128_ERROR_THREADS_OUT_OF_RANGE, /* not 1 to 64, or more than the instance has */
  MOBILENET_V1_025_128_ERROR_UNSUPPORTED_CPU, /* lacks instructions of the target */
  MOBILENET_V1_025_128_ERROR_THREAD_START, /* the system has no more threads */
  MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT, /* not at a multiple of its type's alignment */
  MOBILENET_V1_025_128_ERROR_WRONG_HEADER, /* of another compile than the library */
  MOBILENET_V1_025_128_ERROR_WRONG_COUNT, /* of predictions, for so many classes */
  MOBILENET_V1_025_128_ERROR_TOP_OUT_OF_RANGE /* not 1 to MOBILENET_V1_025_128_CLASSES */
} mobilenet_v1_025_128_status;

/* What a status means, in words; never NULL. */
const char *mobilenet_v1_025_128_status_string(mobilenet_v1_025_128_status status);

/* Makes an instance in `memory` for up to `threads` threads; its runs use as many until
   mobilenet_v1_025_128_set_threads says otherwise. Starts none: the first run that needs them does.
   `memory` must stay where it is until mobilenet_v1_025_128_destroy. After an error *network is
   NULL, and the memory is the caller's again. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_create(void *memory, size_t bytes, int threads,
                                                        struct mobilenet_v1_025_128 **network);

/* What a call of mobilenet_v1_025_128_create is: that of a header of another compile than the
   library's gets MOBILENET_V1_025_128_ERROR_WRONG_HEADER. Pointers to mobilenet_v1_025_128_create,
   and callers without this header, are not checked; they can call this with
   MOBILENET_V1_025_128_ID. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_create_checked(
    uint64_t header_id, void *memory, size_t bytes, int threads,
    struct mobilenet_v1_025_128 **network);
#define mobilenet_v1_025_128_create(...) \
  mobilenet_v1_025_128_create_checked( \
      MOBILENET_V1_025_128_ID, __VA_ARGS__)

/* Classifies a batch. `input` holds MOBILENET_V1_025_128_INPUT_SIZE values: x/127.5 - 1 (-1 to 1)
   of channels x of 0 to 255; `output` receives MOBILENET_V1_025_128_OUTPUT_SIZE values. Returns
   when they are there. Allocates nothing; of the system it takes the threads that it starts, and a
   page with them. No callback may leave it by longjmp or an exception; pthread_cancel waits for its
   end. The result has the same bits whatever the number of threads and the calling thread's mode
   for floats (rounding, denormals, traps), which stays as it was. What an input that is not a
   number leads to is not specified, but it stays with its image. One call at a time per instance;
   different instances may run at the same time. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_run(struct mobilenet_v1_025_128 *network,
                                                     const float *input, float *output);

/* The same for 8-bit channels, 0 to 255: scaled on the way into the first layer. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_run_u8(struct mobilenet_v1_025_128 *network,
                                                        const uint8_t *input, float *output);

/* How many threads the runs to come use, the caller's included: 1 to the number given to
   mobilenet_v1_025_128_create. If that is another number, the next run starts them anew. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_set_threads(struct mobilenet_v1_025_128 *network,
                                                             int threads);

/* Ends the threads that the instance has started; the next run starts them anew. Not during a run.
   After a fork the parent's instance goes on with its threads, and the child's copy starts its own
   in its next run. NULL is fine. */
void mobilenet_v1_025_128_stop_threads(struct mobilenet_v1_025_128 *network);

/* Calls body(context, index) for each index from 0 to count - 1 once, in any order, on any threads,
   at the same time or one after the other. Returns when all of them have, and what they wrote can
   be seen by the calling thread. */
typedef void (*mobilenet_v1_025_128_parallel_for)(
    void *user, int count, void (*body)(void *context, int index), void *context);

/* For the runs to come: threads of the caller's in place of the instance's own, which end in the
   next run. `parallel_for` is called once a stage, from the thread that called run, with the number
   of threads as its count; no body waits for another one. NULL, as at first: the instance's own. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_set_parallel_for(
    struct mobilenet_v1_025_128 *network, mobilenet_v1_025_128_parallel_for parallel_for,
    void *user);

/* Ends the instance's threads. The memory is the caller's to reuse or free. NULL is fine. */
void mobilenet_v1_025_128_destroy(struct mobilenet_v1_025_128 *network);

/* "x86-64-v3": what the library was compiled for. NULL on a CPU that lacks it. */
const char *mobilenet_v1_025_128_target(void);

/* Scales `count` channels of 0 to 255 to what mobilenet_v1_025_128_run takes: x/127.5 - 1 (-1 to
   1), each operation rounded to float. Cropping and resizing come before. The memory of `pixels`
   may be that of `input`. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_preprocess_input(const float *pixels, size_t count,
                                                                  float *input);

/* The same from 8-bit channels. mobilenet_v1_025_128_run_u8 does it on the way, where the last bit
   may be rounded otherwise. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_preprocess_input_u8(const uint8_t *pixels,
                                                                     size_t count, float *input);

/* Whether the library knows what the classes are called (slimc compile --labels). */
#define MOBILENET_V1_025_128_HAS_LABELS 0

/* What a class is called: NULL, the library has no labels. */
const char *mobilenet_v1_025_128_label(int class_index);

/* One class that an image may belong to. */
typedef struct mobilenet_v1_025_128_prediction {
  int class_index;        /* 0 to MOBILENET_V1_025_128_CLASSES - 1 */
  const char *wordnet_id; /* NULL, there are no labels */
  const char *label;      /* as mobilenet_v1_025_128_label says */
  float probability;      /* as it stands in the output */
} mobilenet_v1_025_128_prediction;

/* The `top` most probable classes of each image, the most probable first; of equal ones the one of
   the lower number, and last what is not a number. `predictions` is an output, or several behind
   each other: `count` values, MOBILENET_V1_025_128_CLASSES for each image. `results` receives `top`
   for each image, the first image's first. Allocates nothing. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_decode_predictions(
    const float *predictions, size_t count, int top, mobilenet_v1_025_128_prediction *results);

/* For tools that look inside. A run computes the stages in order, for one image of the batch after
   the other. */
typedef struct mobilenet_v1_025_128_stage {
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
} mobilenet_v1_025_128_stage;

/* mobilenet_v1_025_128_stage_count() rows, those of mobilenet_v1_025_128_target(). NULL and 0 where
   that is NULL. */
const mobilenet_v1_025_128_stage *mobilenet_v1_025_128_stages(void);
int mobilenet_v1_025_128_stage_count(void);

/* Where outputs of stages lie, floats where their type is "float32". Outputs that are never needed
   at the same time share memory: each is there from the end of its stage to the end of the last
   stage that reads it. */
float *mobilenet_v1_025_128_arena(struct mobilenet_v1_025_128 *network);

/* Called on the thread that called run, before (phase 0) and after (phase 1) each stage, while no
   other thread of the instance works. It may read and change the arena, and set the observer of the
   next run. */
typedef void (*mobilenet_v1_025_128_observer)(void *user, int stage, int phase, int batch_item);

/* For the runs to come. NULL, as at first: nobody. Runs are slower with an observer. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_set_observer(
    struct mobilenet_v1_025_128 *network, mobilenet_v1_025_128_observer observer, void *user);

/* The part of a stage that one thread computed. */
typedef struct mobilenet_v1_025_128_timing {
  int stage;
  int thread; /* 0 (the one that called run, but with a parallel-for any) to the number - 1 */
  int batch_item;
  int tasks;      /* of the stage's; 0 where the other threads were faster */
  uint64_t begin; /* as the clock said, waiting for the others not included */
  uint64_t end;
} mobilenet_v1_025_128_timing;

/* What time it is, in a unit of the caller's. Called on every thread. */
typedef uint64_t (*mobilenet_v1_025_128_clock)(void *user);

/* Called on the thread that computed, once a stage and thread for each image of the batch; so it
   may be called on several threads at the same time. */
typedef void (*mobilenet_v1_025_128_report)(void *user, const mobilenet_v1_025_128_timing *timing);

/* Timings of the runs to come, in which the threads work as they always do. NULL for both
   functions, as at first: none. */
mobilenet_v1_025_128_status mobilenet_v1_025_128_set_profiler(struct mobilenet_v1_025_128 *network,
                                                              mobilenet_v1_025_128_clock clock,
                                                              mobilenet_v1_025_128_report report,
                                                              void *user);

#ifdef __cplusplus
}
#endif

#endif /* SLIMC_mobilenet_v1_025_128_H */
