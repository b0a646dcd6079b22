// The size of the image that a network takes, from what the file says and what the user says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

// `dims` is [n,h,w,c]; a height or width that the model leaves open is negative and becomes the
// user's, or `otherwise` where there is one. The error is what to say of the input.
tl::expected<void, std::string> resolve_image_size(std::vector<std::int64_t>& dims,
                                                   const ModelRequest& request,
                                                   std::optional<std::int64_t> otherwise = {});

}  // namespace slimc::frontend
