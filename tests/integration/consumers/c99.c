/* The whole API from C99. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "one.h"

enum { kThreads = 2 };
static unsigned char memory[ONE_MEMORY_BYTES(kThreads) + ONE_MEMORY_ALIGNMENT];
static float input[ONE_INPUT_SIZE];
static uint8_t input_u8[ONE_INPUT_SIZE];
static float output[ONE_OUTPUT_SIZE], output_u8[ONE_OUTPUT_SIZE];

int main(void) {
  unsigned char* aligned = memory;
  one* network = NULL;
  double sum = 0, difference = 0;
  int i;

  while ((uintptr_t)aligned % ONE_MEMORY_ALIGNMENT != 0) ++aligned;
  for (i = 0; i < ONE_INPUT_SIZE; ++i) {
    input_u8[i] = (uint8_t)(i * 37 % 256);
    input[i] = (float)input_u8[i] / 127.5f - 1.0f;
  }

  /* Mistakes have a status each, with words. */
  expect(one_create(NULL, sizeof memory, 1, &network) == ONE_ERROR_NULL_ARGUMENT);
  expect(one_create(aligned + 4, ONE_MEMORY_BYTES(1), 1, &network) == ONE_ERROR_MISALIGNED_MEMORY);
  expect(one_create(aligned, ONE_MEMORY_BYTES(1) - 1, 1, &network) == ONE_ERROR_MEMORY_TOO_SMALL);
  expect(one_create(aligned, sizeof memory, 0, &network) == ONE_ERROR_THREADS_OUT_OF_RANGE);
  expect(network == NULL);
  for (i = ONE_OK; i <= ONE_ERROR_TOP_OUT_OF_RANGE; ++i) {
    expect(strlen(one_status_string((one_status)i)) > 0);
  }
  one_destroy(NULL);

  expect(one_create(aligned, ONE_MEMORY_BYTES(kThreads), kThreads, &network) == ONE_OK);
  expect(one_run(network, input, NULL) == ONE_ERROR_NULL_ARGUMENT);
  expect(one_run(network, input, output) == ONE_OK);
  expect(one_run_u8(network, input_u8, output_u8) == ONE_OK);
  one_destroy(network);

  expect(ONE_CLASSES == 20);
  for (i = 0; i < ONE_CLASSES; ++i) {
    expect(output[i] > 0 && output[i] < 1);
    sum += output[i];
    difference = fmax(difference, fabs(output[i] - output_u8[i]));
  }
  expect(fabs(sum - 1) < 1e-5);
  expect(difference < 1e-5);
  return 0;
}
