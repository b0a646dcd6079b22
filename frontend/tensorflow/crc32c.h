// CRC-32C (Castagnoli), as it guards every tensor of a checkpoint. LevelDB has one but does not
// export it.
#pragma once

#include <cstdint>
#include <string_view>

namespace slimc::frontend {

std::uint32_t crc32c(std::string_view bytes);

// The form in which LevelDB and TensorFlow store a checksum, so that the checksum of data that
// contains checksums stays meaningful.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace slimc::frontend
