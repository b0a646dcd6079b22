/* The program around a library called "net" that tests run on other processors.

     driver run    f32|u8 THREADS IN OUT   each input in IN through the network; OUT: the results
     driver modes  f32|u8 THREADS IN OUT   as run, but also in every mode that the program can
                                           give its floats, which must not change a bit
     driver stages f32|u8 THREADS IN OUT   IN: one input, then what each stage should write, stage
                                           by stage, whole batches. Every stage is given what the
                                           one before it should have written; OUT: what it made of
                                           that, image by image, then stage by stage.

   Floats are in the processor's order of bytes, without gaps. A status that is not NET_OK is
   printed and is the exit status. */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

/* The bits that make zeros of denormals: FZ, FZ16; FTZ. */
#if defined(__aarch64__)
static uint64_t get_control(void) {
  uint64_t value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
static void set_control(uint64_t value) { __asm__ volatile("msr fpcr, %0" : : "r"(value)); }
#define FLUSH_TO_ZERO (1 << 24 | 1 << 19)
#elif defined(__arm__)
static uint32_t get_control(void) {
  uint32_t value;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(value));
  return value;
}
static void set_control(uint32_t value) { __asm__ volatile("vmsr fpscr, %0" : : "r"(value)); }
#define FLUSH_TO_ZERO (1 << 24)
#else
static uint32_t get_control(void) { return __builtin_ia32_stmxcsr(); }
static void set_control(uint32_t value) { __builtin_ia32_ldmxcsr(value); }
#define FLUSH_TO_ZERO (1 << 15)
#endif

static FILE* out;
static struct net* network;
static float result[NET_OUTPUT_SIZE];
/* What each stage should write, and how many floats that is for one image. */
static float* expected[NET_STAGE_COUNT];
static size_t floats_of[NET_STAGE_COUNT];

static void stop(const char* why) {
  fprintf(stderr, "driver: %s\n", why);
  exit(100);
}

static void check(net_status status) {
  if (status == NET_OK) return;
  fprintf(stderr, "driver: %s\n", net_status_string(status));
  exit((int)status);
}

static void* allocate(size_t bytes) {
  void* memory = malloc(bytes);
  if (memory == NULL) stop("out of memory");
  return memory;
}

static void write_floats(const float* values, size_t count) {
  if (fwrite(values, sizeof(float), count, out) != count) stop("cannot write");
}

static float* at(ptrdiff_t offset) { return (float*)(void*)((char*)net_arena(network) + offset); }

static void feed(const net_stage* source, const float* values) {
  float* to = at(source->output_offset);
  int64_t pixel, c;
  for (pixel = 0; pixel < source->height * source->width; ++pixel) {
    for (c = 0; c < source->channel_stride; ++c) *to++ = c < source->channels ? *values++ : 0.0f;
  }
}

static void report(const net_stage* made, int batch_item) {
  int64_t pixel;
  if (made->output_offset < 0) {
    write_floats(result + (size_t)batch_item * (NET_OUTPUT_SIZE / NET_BATCH),
                 NET_OUTPUT_SIZE / NET_BATCH);
    return;
  }
  for (pixel = 0; pixel < made->height * made->width; ++pixel) {
    write_floats(at(made->output_offset) + pixel * made->channel_stride, (size_t)made->channels);
  }
}

static void observe(void* user, int stage, int phase, int batch_item) {
  const net_stage* row = net_stages() + stage;
  int i;
  (void)user;
  if (phase == 1) {
    report(row, batch_item);
    return;
  }
  for (i = 0; i < row->input_count; ++i) {
    const int source = row->input_stages[i];
    if (source < 0) continue; /* the image itself */
    feed(net_stages() + source, expected[source] + (size_t)batch_item * floats_of[source]);
  }
}

static void read_expected(FILE* in) {
  int i;
  for (i = 0; i < NET_STAGE_COUNT; ++i) {
    const net_stage* row = net_stages() + i;
    floats_of[i] = (size_t)(row->height * row->width * row->channels);
    expected[i] = allocate(NET_BATCH * floats_of[i] * sizeof(float));
    if (fread(expected[i], sizeof(float), NET_BATCH * floats_of[i], in) !=
        NET_BATCH * floats_of[i]) {
      stop("too little of what stages should write");
    }
  }
}

static void run(const void* input, int bytes) {
  check(bytes ? net_run_u8(network, input, result) : net_run(network, input, result));
}

static void run_in_all_modes(const void* input, int bytes) {
  static const int roundings[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST};
  static float right[NET_OUTPUT_SIZE];
  int i;
  run(input, bytes);
  memcpy(right, result, sizeof right);
  for (i = 0; i < 8; ++i) {
    fesetround(roundings[i / 2]);
    set_control(get_control() | (i % 2 != 0 ? FLUSH_TO_ZERO : 0));
    feclearexcept(FE_ALL_EXCEPT);
    const uint64_t before = get_control();
    run(input, bytes);
    const uint64_t after = get_control();
    const int raised = fetestexcept(FE_ALL_EXCEPT);
    fesetenv(FE_DFL_ENV);
    if (memcmp(right, result, sizeof right) != 0) stop("the caller's mode changes bits");
    if (after != before || raised != 0) stop("the caller's mode is not what it was");
  }
}

int main(int argc, char** argv) {
  if (argc != 6) stop("wrong usage");
  const int stages = strcmp(argv[1], "stages") == 0, bytes = strcmp(argv[2], "u8") == 0;
  const int modes = strcmp(argv[1], "modes") == 0;
  /* As many of those that were asked for as the library can have. */
  const int threads = atoi(argv[3]) < NET_MAX_THREADS ? atoi(argv[3]) : NET_MAX_THREADS;
  const size_t size = NET_INPUT_SIZE * (bytes ? 1 : sizeof(float));
  void *input = allocate(size), *block, *memory;
  FILE* in = fopen(argv[4], "rb");
  out = fopen(argv[5], "wb");
  if (in == NULL || out == NULL) stop("cannot open a file");

  block = allocate(NET_MEMORY_BYTES(threads) + NET_MEMORY_ALIGNMENT);
  memory = (char*)block + (NET_MEMORY_ALIGNMENT - (uintptr_t)block % NET_MEMORY_ALIGNMENT);
  check(net_create(memory, NET_MEMORY_BYTES(threads), threads, &network));
  if (stages) net_set_observer(network, observe, NULL);
  while (fread(input, 1, size, in) == size) {
    if (stages) read_expected(in);
    if (modes) {
      run_in_all_modes(input, bytes);
    } else {
      run(input, bytes);
    }
    if (!stages) write_floats(result, NET_OUTPUT_SIZE);
  }
  net_destroy(network);
  if (fclose(out) != 0) stop("cannot write");
  fclose(in);
  free(block);
  free(input);
  return 0;
}
