// The header in any C++ since 2011: macros as constant expressions, types, calls.
#include <cstddef>

#include "one.h"

namespace {

static_assert(ONE_MEMORY_BYTES(2) > ONE_MEMORY_BYTES(1), "more threads need more memory");
constexpr std::size_t bytes = ONE_MEMORY_BYTES(1);
alignas(ONE_MEMORY_ALIGNMENT) unsigned char memory[bytes];
float input[ONE_INPUT_SIZE], output[ONE_OUTPUT_SIZE];

}  // namespace

int main() {
  one* network = nullptr;
  if (one_create(memory, bytes, 1, &network) != ONE_OK) return 1;
  if (one_run(network, input, output) != ONE_OK) return 2;
  one_prediction best[1];
  if (one_decode_predictions(output, ONE_OUTPUT_SIZE, 1, best) != ONE_OK) return 3;
  one_destroy(network);
  return best[0].probability > 0 ? 0 : 4;
}
