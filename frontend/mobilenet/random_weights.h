// Values for the variables of a network that nobody trained.
#pragma once

#include <cstdint>

#include "frontend/mobilenet/architecture.h"

namespace slimc::frontend {

// Random weights (He initialisation) and statistics that keep activations in the useful range of
// relu6. The same seed gives the same bits on every machine. For build_network() of the same
// architecture: the values depend on each other, so variables must be asked for in their order.
VariableSource random_weights(const Architecture& architecture, std::uint64_t seed);

}  // namespace slimc::frontend
