/* A network beside somebody else's Halide code, which has Halide's runtime with its thread pool. */
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "halide_neighbour.h"
#include "one.h"

static unsigned char memory[ONE_MEMORY_BYTES(2) + ONE_MEMORY_ALIGNMENT];
static float input[ONE_INPUT_SIZE], alone[ONE_OUTPUT_SIZE], beside[ONE_OUTPUT_SIZE];
enum { kSize = 256 };
static int32_t in[kSize * kSize], out[kSize * kSize];

static void run_neighbour(void) {
  halide_dimension_t dimensions[2] = {{0, kSize, 1, 0}, {0, kSize, kSize, 0}};
  halide_buffer_t source = {0}, result = {0};
  int x, y;
  source.host = (uint8_t*)in;
  source.type.code = halide_type_int;
  source.type.bits = 32;
  source.type.lanes = 1;
  source.dimensions = 2;
  source.dim = dimensions;
  result = source;
  result.host = (uint8_t*)out;
  memset(out, 0, sizeof out);
  expect(halide_neighbour(&source, &result) == 0);
  for (y = 0; y < kSize; ++y) {
    for (x = 0; x < kSize; ++x) {
      const int left = x > 0 ? in[y * kSize + x - 1] : in[y * kSize];
      expect(out[y * kSize + x] == 2 * in[y * kSize + x] + left);
    }
  }
}

int main(void) {
  unsigned char* aligned = memory;
  one* network = NULL;
  int i;
  while ((uintptr_t)aligned % ONE_MEMORY_ALIGNMENT != 0) ++aligned;
  for (i = 0; i < ONE_INPUT_SIZE; ++i) input[i] = (float)(i % 255) / 127.0f - 1.0f;
  for (i = 0; i < kSize * kSize; ++i) in[i] = i * 7 % 1000;

  expect(one_create(aligned, ONE_MEMORY_BYTES(2), 2, &network) == ONE_OK);
  expect(one_run(network, input, alone) == ONE_OK);
  run_neighbour();
  expect(one_run(network, input, beside) == ONE_OK);
  run_neighbour();
  one_destroy(network);
  run_neighbour();
  expect(memcmp(alone, beside, sizeof alone) == 0);
  return 0;
}
