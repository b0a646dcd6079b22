#include "frontend/keras/hdf5/handle.h"

namespace slimc::hdf5 {

std::string last_reason() {
  std::string reason;
  const auto take_first = [](unsigned, const H5E_error2_t* error, void* words) -> herr_t {
    auto& text = *static_cast<std::string*>(words);
    if (text.empty() && error->desc != nullptr) text = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &reason);
  return reason.empty() ? "no reason given" : reason;
}

}  // namespace slimc::hdf5
