/* External weights: mapped from the file beside the program, and refused if they are another's. */
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "mapped.h"
#include "one.h"

static unsigned char memory[MAPPED_MEMORY_BYTES(1) + MAPPED_MEMORY_ALIGNMENT];
static unsigned char memory_one[ONE_MEMORY_BYTES(1) + ONE_MEMORY_ALIGNMENT];
static float input[ONE_INPUT_SIZE], embedded[ONE_OUTPUT_SIZE], external[ONE_OUTPUT_SIZE];

static void* align(unsigned char* bytes, int alignment) {
  while ((uintptr_t)bytes % (uintptr_t)alignment != 0) ++bytes;
  return bytes;
}

int main(int argc, char** argv) {
  char file[4096];
  const char* name = argc > 0 ? strrchr(argv[0], '/') : NULL;
  const void* weights = NULL;
  size_t bytes = 0;
  mapped* network = NULL;
  one* other = NULL;
  int i;

  for (i = 0; i < ONE_INPUT_SIZE; ++i) input[i] = (float)(i % 255) / 127.0f - 1.0f;
  expect(name != NULL);
  sprintf(file, "%.*s/%s", (int)(name - argv[0]), argv[0], MAPPED_WEIGHTS_FILE);
  expect(mapped_map_weights("/nowhere", &weights, &bytes) == MAPPED_ERROR_WEIGHTS_FILE);
  expect(mapped_map_weights(file, &weights, &bytes) == MAPPED_OK);
  expect(bytes == MAPPED_WEIGHTS_BYTES);
  expect(mapped_create(align(memory, MAPPED_MEMORY_ALIGNMENT), MAPPED_MEMORY_BYTES(1), 1, weights,
                       bytes, &network) == MAPPED_OK);
  expect(mapped_run(network, input, external) == MAPPED_OK);
  mapped_destroy(network);
  mapped_unmap_weights(weights, bytes);

  expect(one_create(align(memory_one, ONE_MEMORY_ALIGNMENT), ONE_MEMORY_BYTES(1), 1, &other) ==
         ONE_OK);
  expect(one_run(other, input, embedded) == ONE_OK);
  one_destroy(other);
  expect(memcmp(embedded, external, sizeof embedded) == 0);
  return 0;
}
