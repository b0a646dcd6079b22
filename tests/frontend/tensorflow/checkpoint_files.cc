#include "tests/frontend/tensorflow/checkpoint_files.h"

#include <cstdlib>

namespace slimc::frontend::testing {

std::filesystem::path real_checkpoint() { return shared_models() / "mobilenet_v1_0.25_224.ckpt"; }

bool make_checkpoint(const ModelFolder& folder, const std::string& form, const std::string& name) {
  // Debian's Python has Debian's NumPy.
  const std::string command =
      "/usr/bin/python3 '" SLIMC_SOURCE_DIR "/tests/frontend/tensorflow/make_checkpoint.py' " +
      form + " '" + real_checkpoint().string() + "' '" + folder.path(name).string() + "'";
  return std::system(command.c_str()) == 0;
}

}  // namespace slimc::frontend::testing
