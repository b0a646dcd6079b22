// Makes the checksums of a damaged LevelDB table right again, so that fuzzing comes further than
// the first block.
#pragma once

#include <string>

namespace slimc::fuzz {

// Only blocks that the footer and a readable index name are mended; the rest stays as it is.
std::string with_right_checksums(std::string table);

}  // namespace slimc::fuzz
