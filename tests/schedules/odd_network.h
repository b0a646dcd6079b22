// A small network that has every kind of stage, with numbers that no vector, tile or task divides:
// what can go wrong with a schedule goes wrong here first.
#pragma once

#include "ir/graph.h"
#include "tests/common/graph_builder.h"

namespace slimc::testing {

Graph odd_network(Random& random);

}  // namespace slimc::testing
