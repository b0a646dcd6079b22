// The images that every peer computes on: the same numbers for all, made from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/benchmarks/peers/peer.h"

namespace slimc::peers {

// `count` images of uniform numbers in [-1, 1), the range of slim's preprocessing, of shape n h w c
// and in the given layout. The numbers do not depend on the layout or the machine.
std::vector<std::vector<float>> make_inputs(const std::vector<std::size_t>& shape, Layout layout,
                                            std::size_t count, std::uint32_t seed);

}  // namespace slimc::peers
