/* What a network's classes are called, from C99: `one` was compiled with labels, `two` without. */
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "one.h"
#include "two.h"

static unsigned char memory[ONE_MEMORY_BYTES(1) + ONE_MEMORY_ALIGNMENT];
static uint8_t pixels[ONE_INPUT_SIZE];
static float input[ONE_INPUT_SIZE], output[ONE_OUTPUT_SIZE];

int main(void) {
  unsigned char* aligned = memory;
  one* network = NULL;
  one_prediction best[ONE_CLASSES];
  two_prediction nameless[2];
  const float half[TWO_CLASSES] = {0, 0, 0.5f, 0, 0, 0.25f, 0};
  int i;

  while ((uintptr_t)aligned % ONE_MEMORY_ALIGNMENT != 0) ++aligned;
  for (i = 0; i < ONE_INPUT_SIZE; ++i) pixels[i] = (uint8_t)(i * 37 % 256);
  expect(one_preprocess_input_u8(pixels, ONE_INPUT_SIZE, input) == ONE_OK);
  for (i = 0; i < ONE_INPUT_SIZE; ++i) expect(input[i] == (float)pixels[i] / 127.5f - 1.0f);

  expect(one_create(aligned, ONE_MEMORY_BYTES(1), 1, &network) == ONE_OK);
  expect(one_run(network, input, output) == ONE_OK);
  one_destroy(network);
  expect(one_decode_predictions(output, ONE_OUTPUT_SIZE, ONE_CLASSES, best) == ONE_OK);
  for (i = 0; i < ONE_CLASSES; ++i) {
    char id[32], label[32];
    const int c = best[i].class_index;
    expect(best[i].probability == output[c]);
    expect(i == 0 || best[i].probability <= best[i - 1].probability);
    sprintf(id, "n%d", 10000000 + c);
    sprintf(label, "class %d", c);
    expect(strcmp(best[i].label, c == 0 ? "background" : label) == 0);
    expect(c == 0 ? best[i].wordnet_id == NULL : strcmp(best[i].wordnet_id, id) == 0);
    expect(best[i].label == one_label(c));
  }
  expect(ONE_HAS_LABELS == 1 && TWO_HAS_LABELS == 0);
  expect(one_label(-1) == NULL && one_label(ONE_CLASSES) == NULL && two_label(0) == NULL);

  /* Mistakes. */
  expect(one_decode_predictions(output, 19, 5, best) == ONE_ERROR_WRONG_COUNT);
  expect(one_decode_predictions(output, 20, 21, best) == ONE_ERROR_TOP_OUT_OF_RANGE);
  expect(one_decode_predictions(output, 20, 5, NULL) == ONE_ERROR_NULL_ARGUMENT);

  /* Without labels there are the numbers. */
  expect(two_decode_predictions(half, TWO_CLASSES, 2, nameless) == TWO_OK);
  expect(nameless[0].class_index == 2 && nameless[0].probability == 0.5f);
  expect(nameless[1].class_index == 5 && nameless[1].probability == 0.25f);
  expect(nameless[0].label == NULL && nameless[0].wordnet_id == NULL);
  return 0;
}
