// The one thing that slimc wants from EXIF: which way up a JPEG is.
#pragma once

#include <string_view>

namespace slimc {

// The orientation (1..8) that the EXIF segment of a JPEG holds; 1, upright, where there is none or
// where it makes no sense. Follows "Exif 2.3", 4.5 and 4.6.2; reads nothing behind the headers.
int exif_orientation(std::string_view jpeg);

}  // namespace slimc
