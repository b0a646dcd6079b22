/* Prints the probabilities of an input that any machine can make. */
#include <stdint.h>
#include <stdio.h>

#include "one.h"

static unsigned char memory[ONE_MEMORY_BYTES(2) + ONE_MEMORY_ALIGNMENT];
static uint8_t input[ONE_INPUT_SIZE];
static float output[ONE_OUTPUT_SIZE];

int main(void) {
  unsigned char* aligned = memory;
  one* network = NULL;
  int i;
  while ((uintptr_t)aligned % ONE_MEMORY_ALIGNMENT != 0) ++aligned;
  for (i = 0; i < ONE_INPUT_SIZE; ++i) input[i] = (uint8_t)(i * 37 % 256);
  if (one_create(aligned, ONE_MEMORY_BYTES(2), 2, &network) != ONE_OK) return 1;
  if (one_run_u8(network, input, output) != ONE_OK) return 2;
  one_destroy(network);
  for (i = 0; i < ONE_OUTPUT_SIZE; ++i) printf("%.7f\n", output[i]);
  return 0;
}
