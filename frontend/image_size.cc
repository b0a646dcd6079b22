#include "frontend/image_size.h"

#include <fmt/format.h>

namespace slimc::frontend {

tl::expected<void, std::string> resolve_image_size(std::vector<std::int64_t>& dims,
                                                   const ModelRequest& request,
                                                   std::optional<std::int64_t> otherwise) {
  std::int64_t& height = dims[1];
  std::int64_t& width = dims[2];
  if (request.resolution) {
    const auto [wanted_height, wanted_width] = *request.resolution;
    if (height < 0) height = wanted_height;
    if (width < 0) width = wanted_width;
    if (height != wanted_height || width != wanted_width) {
      return tl::unexpected(
          fmt::format("the model fixes the input at {}x{}; --resolution asks for {}x{}", height,
                      width, wanted_height, wanted_width));
    }
  }
  if (otherwise && height < 0) height = *otherwise;
  if (otherwise && width < 0) width = *otherwise;
  if (height < 0 || width < 0) {
    return tl::unexpected(std::string(
        "the model leaves the height or width of its input open; --resolution sets it"));
  }
  return {};
}

}  // namespace slimc::frontend
