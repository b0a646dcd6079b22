/* The tiny network from C99, with memory that is no allocation at all. */
#include "consumer.h"

#include "tiny.h"

union memory {
  unsigned char bytes[TINY_MEMORY_BYTES(2) + TINY_MEMORY_ALIGNMENT];
  double alignment;
};
static union memory memory;

int classify_from_c(const float* input, float* output) {
  unsigned char* start = memory.bytes;
  tiny* network;
  tiny_status status;
  while ((uintptr_t)start % TINY_MEMORY_ALIGNMENT != 0) ++start;
  status = tiny_create(start, TINY_MEMORY_BYTES(2), 2, &network);
  if (status == TINY_OK) status = tiny_run(network, input, output);
  tiny_destroy(network);
  return (int)status;
}

const char* best_label_from_c(const float* output) {
  tiny_prediction best;
  return tiny_decode_predictions(output, TINY_CLASSES, 1, &best) == TINY_OK ? best.label : NULL;
}
