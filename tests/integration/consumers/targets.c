/* Which of its targets a library of several takes; or why there is none. Prints that, and for a
   network that it can create the first result. */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "two.h"

int main(void) {
  const char* target = two_target();
  const size_t bytes = TWO_MEMORY_BYTES(1);
  void* memory = aligned_alloc(TWO_MEMORY_ALIGNMENT, (bytes + 63) / 64 * 64);
  float* input = calloc(TWO_INPUT_SIZE, sizeof(float));
  float output[TWO_OUTPUT_SIZE];
  two* network;
  two_status status;
  expect(memory != NULL && input != NULL);
  expect(two_stage_count() <= TWO_STAGE_COUNT);
  expect((target == NULL) == (two_stages() == NULL) &&
         (target == NULL) == (two_stage_count() == 0));
  status = two_create(memory, bytes, 1, &network);
  expect((target == NULL) == (status != TWO_OK));
  if (status == TWO_OK) {
    expect(two_run(network, input, output) == TWO_OK);
    printf("%s %.4f\n", target, output[0]);
    two_destroy(network);
  } else {
    expect(network == NULL);
    printf("%s\n", two_status_string(status));
  }
  free(input);
  free(memory);
  return 0;
}
