/* A network with three outputs, compiled for two images a run and for pixels of another scale and
   order: each output alone has the bits that it has beside the others. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "expect.h"
#include "one.h"
#include "several.h"

#define POOL SEVERAL_OUTPUT_MOBILENETV1_LOGITS_AVGPOOL_1A_AVGPOOL_SIZE
#define BLOCK SEVERAL_OUTPUT_MOBILENETV1_MOBILENETV1_CONV2D_5_POINTWISE_RELU6_SIZE

static unsigned char memory[SEVERAL_MEMORY_BYTES(2) + SEVERAL_MEMORY_ALIGNMENT];
static unsigned char memory_one[ONE_MEMORY_BYTES(1) + ONE_MEMORY_ALIGNMENT];
static uint8_t bytes[SEVERAL_INPUT_SIZE];
static float images[SEVERAL_INPUT_SIZE];
static float classes[SEVERAL_OUTPUT_SIZE], pool[POOL], block[BLOCK];
static float classes_alone[SEVERAL_OUTPUT_SIZE], pool_alone[POOL], block_alone[BLOCK];

static void* align(unsigned char* from, int alignment) {
  while ((uintptr_t)from % (uintptr_t)alignment != 0) ++from;
  return from;
}

static int stages_run;
static void count(void* user, int stage, int phase, int batch_item) {
  (void)user, (void)stage, (void)batch_item;
  stages_run += phase;
}

static several_outputs only(float* probabilities, float* pooled, float* features) {
  several_outputs outputs = {0};
  outputs.mobilenetv1_predictions_reshape_1 = probabilities;
  outputs.mobilenetv1_logits_avgpool_1a_avgpool = pooled;
  outputs.mobilenetv1_mobilenetv1_conv2d_5_pointwise_relu6 = features;
  return outputs;
}

static int stages_for(several* network, float* probabilities, float* pooled, float* features) {
  const several_outputs outputs = only(probabilities, pooled, features);
  stages_run = 0;
  expect(several_set_observer(network, count, NULL) == SEVERAL_OK);
  expect(several_run_outputs(network, images, &outputs) == SEVERAL_OK);
  expect(several_set_observer(network, NULL, NULL) == SEVERAL_OK);
  return stages_run;
}

int main(void) {
  several* network = NULL;
  one* other = NULL;
  several_outputs outputs;
  several_prediction best[2];
  float wanted[ONE_OUTPUT_SIZE];
  int i, all, to_block;

  expect(SEVERAL_BATCH == 2 && SEVERAL_OUTPUT_COUNT == 3);
  expect(strcmp(SEVERAL_OUTPUT_MOBILENETV1_LOGITS_AVGPOOL_1A_AVGPOOL_NAME,
                "MobilenetV1/Logits/AvgPool_1a/AvgPool") == 0);
  for (i = 0; i < SEVERAL_INPUT_SIZE; ++i) bytes[i] = (uint8_t)(i * 7919 % 251);

  /* Blue, green, red, and x / 128 - 1. */
  expect(several_preprocess_input_u8(bytes, SEVERAL_INPUT_SIZE, images) == SEVERAL_OK);
  for (i = 0; i < SEVERAL_INPUT_SIZE; ++i) {
    expect(fabsf(images[i] - (bytes[i - i % 3 + 2 - i % 3] / 128.0f - 1)) < 1e-6f);
  }
  expect(several_preprocess_input_u8(bytes, 4, images) == SEVERAL_ERROR_WRONG_COUNT);

  expect(several_create(align(memory, SEVERAL_MEMORY_ALIGNMENT), SEVERAL_MEMORY_BYTES(2), 2,
                        &network) == SEVERAL_OK);
  all = stages_for(network, classes, pool, block);
  expect(all == 2 * SEVERAL_STAGE_COUNT);
  expect(stages_for(network, classes_alone, NULL, NULL) < all);
  expect(stages_for(network, NULL, pool_alone, NULL) < all);
  to_block = stages_for(network, NULL, NULL, block_alone);
  expect(to_block < all / 2);
  expect(memcmp(classes, classes_alone, sizeof classes) == 0);
  expect(memcmp(pool, pool_alone, sizeof pool) == 0);
  expect(memcmp(block, block_alone, sizeof block) == 0);

  /* A thread that is late with one run must not take what the next one wants for its own. */
  for (i = 0; i < 3000; ++i) {
    outputs = i % 2 == 0 ? only(NULL, NULL, block_alone) : only(classes_alone, NULL, NULL);
    expect(several_run_outputs(network, images, &outputs) == SEVERAL_OK);
  }
  expect(memcmp(classes, classes_alone, sizeof classes) == 0);
  expect(memcmp(block, block_alone, sizeof block) == 0);

  /* The first alone, with the functions of a network of one output. */
  memset(classes_alone, 0, sizeof classes_alone);
  expect(several_run(network, images, classes_alone) == SEVERAL_OK);
  expect(memcmp(classes, classes_alone, sizeof classes) == 0);
  expect(several_decode_predictions(classes, SEVERAL_OUTPUT_SIZE, 1, best) == SEVERAL_OK);
  expect(best[0].probability == classes[best[0].class_index]);

  /* The same network, compiled as it is. */
  expect(one_create(align(memory_one, ONE_MEMORY_ALIGNMENT), ONE_MEMORY_BYTES(1), 1, &other) ==
         ONE_OK);
  for (i = 0; i < 2; ++i) {
    expect(one_run(other, images + i * ONE_INPUT_SIZE, wanted) == ONE_OK);
    expect(memcmp(wanted, classes + i * ONE_OUTPUT_SIZE, sizeof wanted) == 0);
  }

  /* Bytes: scaled and reversed on the way. */
  outputs = only(classes_alone, pool_alone, NULL);
  expect(several_run_outputs_u8(network, bytes, &outputs) == SEVERAL_OK);
  for (i = 0; i < SEVERAL_OUTPUT_SIZE; ++i) expect(fabsf(classes[i] - classes_alone[i]) < 1e-5f);
  for (i = 0; i < POOL; ++i) expect(fabsf(pool[i] - pool_alone[i]) < 1e-4f);

  outputs = only(NULL, NULL, NULL);
  expect(several_run_outputs(network, images, &outputs) == SEVERAL_ERROR_NULL_ARGUMENT);
  expect(several_run_outputs(network, images, NULL) == SEVERAL_ERROR_NULL_ARGUMENT);
  expect(several_run_outputs(NULL, images, &outputs) == SEVERAL_ERROR_NULL_ARGUMENT);
  expect(several_run(network, images, NULL) == SEVERAL_ERROR_NULL_ARGUMENT);
  outputs = only((float*)((unsigned char*)classes + 1), NULL, NULL);
  expect(several_run_outputs(network, images, &outputs) == SEVERAL_ERROR_MISALIGNED_ARGUMENT);

  several_destroy(network);
  one_destroy(other);
  return 0;
}
