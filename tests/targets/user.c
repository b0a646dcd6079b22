/* What linkers see of a program that uses the library "net": every function of its that does not
   depend on the kind of network. */
#include "net.h"

#ifdef _MSC_VER
int _fltused; /* Microsoft's C runtime defines it, for programs that use floating point */
#endif

static _Alignas(NET_MEMORY_ALIGNMENT) unsigned char memory[NET_MEMORY_BYTES(1)];
static float input[NET_INPUT_SIZE], output[NET_OUTPUT_SIZE];

int main(void) {
  net* network;
  net_status status = net_create(memory, sizeof memory, 1, &network);
  if (status == NET_OK) status = net_run(network, input, output);
  if (status == NET_OK) net_destroy(network);
  return net_status_string(status)[0];
}
