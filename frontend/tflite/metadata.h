// What a file's metadata says of its input. Metadata is optional, and no part of the network.
#pragma once

#include <cstdint>
#include <optional>

#include "frontend/tflite/model.h"
#include "ir/pixel_encoding.h"
#include "support/reporter.h"

namespace slimc::frontend::tflite {

// How pixels become the numbers of the only input of subgraph `subgraph`, where the metadata says
// so. What is there and cannot be used is reported.
std::optional<PixelEncoding> pixels_of_metadata(const Model& model, std::uint32_t subgraph,
                                                std::int64_t channels, Reporter& reporter);

}  // namespace slimc::frontend::tflite
