/* The whole network for valgrind, which sees the kernels too: every block has the size that whole.h
   asks for, nothing in it is initialised, and every result decides something. */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whole.h"

static void fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  exit(2);
}

static void check(whole_status status) {
  if (status != WHOLE_OK) fail(whole_status_string(status));
}

static void in_order(void* user, int count, void (*body)(void*, int), void* context) {
  int i;
  ++*(int*)user;
  for (i = 0; i < count; ++i) body(context, i);
}

static uint64_t tick(void* user) {
  (void)user;
  return 0;
}

static void report(void* user, const whole_timing* timing) {
  (void)user;
  if (timing->stage < 0 || timing->stage >= WHOLE_STAGE_COUNT) fail("a stage that is none");
}

static void observe(void* user, int stage, int phase, int batch_item) {
  const whole_stage* row = &whole_stages()[stage];
  const float* arena = whole_arena((struct whole*)user);
  (void)batch_item;
  if (phase == 1 && row->output_offset >= 0 &&
      arena[row->output_offset / (ptrdiff_t)sizeof(float)] != 0 && row->channels < 1) {
    fail("no channels");
  }
}

static void* allocate(size_t bytes) {
  void* memory = malloc(bytes);
  if (memory == NULL) fail("no memory");
  return memory;
}

/* Runs, and compares with `right`, or with what the first run says. */
static void run(struct whole* network, const uint8_t* bytes, float* right, int first) {
  float* input = allocate(WHOLE_INPUT_SIZE * sizeof(float));
  float* output = allocate(WHOLE_OUTPUT_SIZE * sizeof(float));
  whole_prediction* best = allocate(WHOLE_BATCH * 3 * sizeof(whole_prediction));
  int i;
  check(whole_preprocess_input_u8(bytes, WHOLE_INPUT_SIZE, input));
  check(whole_run(network, input, output));
  if (first) memcpy(right, output, WHOLE_OUTPUT_SIZE * sizeof(float));
  if (memcmp(right, output, WHOLE_OUTPUT_SIZE * sizeof(float)) != 0) fail("another result");
  check(whole_decode_predictions(output, WHOLE_OUTPUT_SIZE, 3, best));
  for (i = 0; i < WHOLE_BATCH * 3; ++i) {
    if (!(best[i].probability >= 0 && best[i].probability <= 1)) fail("not a probability");
  }
  check(whole_run_u8(network, bytes, output));
  for (i = 0; i < WHOLE_OUTPUT_SIZE; ++i) {
    if (!(output[i] - right[i] < 1e-5f && right[i] - output[i] < 1e-5f)) fail("bytes differ");
  }
  free(best);
  free(output);
  free(input);
}

int main(void) {
  uint8_t* bytes = allocate(WHOLE_INPUT_SIZE);
  float* right = allocate(WHOLE_OUTPUT_SIZE * sizeof(float));
  int threads, i;
  for (i = 0; i < WHOLE_INPUT_SIZE; ++i) bytes[i] = (uint8_t)(i * 37 + i / 7);
  for (threads = 1; threads <= 3; ++threads) {
    void* memory = NULL;
    struct whole* network = NULL;
    whole_status status;
    int calls = 0;
    if (posix_memalign(&memory, WHOLE_MEMORY_ALIGNMENT, WHOLE_MEMORY_BYTES(threads)) != 0) {
      fail("no memory");
    }
    status = whole_create(memory, WHOLE_MEMORY_BYTES(threads), threads, &network);
    if (status == WHOLE_ERROR_UNSUPPORTED_CPU) {
      puts("skipped: not for this CPU");
      exit(77);
    }
    check(status);
    run(network, bytes, right, threads == 1);
    whole_stop_threads(network);
    run(network, bytes, right, 0);
    check(whole_set_threads(network, 1));
    run(network, bytes, right, 0);
    check(whole_set_threads(network, threads));
    check(whole_set_profiler(network, tick, report, NULL));
    check(whole_set_observer(network, observe, network));
    run(network, bytes, right, 0);
    check(whole_set_parallel_for(network, in_order, &calls));
    run(network, bytes, right, 0);
    if (calls != 2 * WHOLE_BATCH * WHOLE_STAGE_COUNT) fail("not a call a stage");
    whole_destroy(network);
    free(memory);
  }
  free(right);
  free(bytes);
  return 0;
}
