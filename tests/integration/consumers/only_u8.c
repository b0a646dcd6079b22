/* A program that uses no more of the library than it must, and prints what it got. */
#include <stdint.h>

#include "expect.h"
#include "one.h"

static unsigned char memory[ONE_MEMORY_BYTES(1) + ONE_MEMORY_ALIGNMENT];
static uint8_t input[ONE_INPUT_SIZE];
static float output[ONE_OUTPUT_SIZE];

int main(void) {
  unsigned char* aligned = memory;
  one* network = NULL;
  int i;
  while ((uintptr_t)aligned % ONE_MEMORY_ALIGNMENT != 0) ++aligned;
  for (i = 0; i < ONE_INPUT_SIZE; ++i) input[i] = (uint8_t)(i * 37 % 256);
  expect(one_create(aligned, ONE_MEMORY_BYTES(1), 1, &network) == ONE_OK);
  expect(one_run_u8(network, input, output) == ONE_OK);
  one_destroy(network);
  for (i = 0; i < ONE_OUTPUT_SIZE; ++i) printf("%a\n", output[i]);
  return 0;
}
