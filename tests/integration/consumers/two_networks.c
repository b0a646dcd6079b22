/* Two networks in one program, neither of which disturbs the other. */
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "one.h"
#include "two.h"

static unsigned char memory_one[ONE_MEMORY_BYTES(1) + ONE_MEMORY_ALIGNMENT];
static unsigned char memory_two[TWO_MEMORY_BYTES(2) + TWO_MEMORY_ALIGNMENT];
static float input_one[ONE_INPUT_SIZE], input_two[TWO_INPUT_SIZE];
static float alone[ONE_OUTPUT_SIZE], beside[ONE_OUTPUT_SIZE], output_two[TWO_OUTPUT_SIZE];

static void* align(unsigned char* memory, int alignment) {
  while ((uintptr_t)memory % (uintptr_t)alignment != 0) ++memory;
  return memory;
}

int main(void) {
  one* first = NULL;
  two* second = NULL;
  double sum = 0;
  int i;

  for (i = 0; i < ONE_INPUT_SIZE; ++i) input_one[i] = (float)(i % 255) / 127.0f - 1.0f;
  for (i = 0; i < TWO_INPUT_SIZE; ++i) input_two[i] = (float)(i % 101) / 50.0f - 1.0f;

  expect(one_create(align(memory_one, ONE_MEMORY_ALIGNMENT), ONE_MEMORY_BYTES(1), 1, &first) ==
         ONE_OK);
  expect(one_run(first, input_one, alone) == ONE_OK);

  expect(TWO_INPUT_HEIGHT == 33 && TWO_INPUT_WIDTH == 50 && TWO_CLASSES == 7);
  expect(two_create(align(memory_two, TWO_MEMORY_ALIGNMENT), TWO_MEMORY_BYTES(2), 2, &second) ==
         TWO_OK);
  expect(two_run(second, input_two, output_two) == TWO_OK);
  expect(one_run(first, input_one, beside) == ONE_OK);
  for (i = 0; i < TWO_CLASSES; ++i) sum += output_two[i];
  expect(sum > 1 - 1e-5 && sum < 1 + 1e-5);
  expect(memcmp(alone, beside, sizeof alone) == 0);

  two_destroy(second);
  one_destroy(first);
  return 0;
}
