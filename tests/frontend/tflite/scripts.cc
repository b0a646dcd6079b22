#include "tests/frontend/tflite/scripts.h"

#include <cstdlib>

namespace slimc::frontend::testing {
namespace {

const std::filesystem::path kSource = SLIMC_SOURCE_DIR;
constexpr const char* kPython = "/usr/bin/python3";

std::filesystem::path weights() { return kSource / "../shared/models/mobilenet_0.25_224_keras.h5"; }

}  // namespace

bool python_has(const std::string& modules) {
  return std::system((kPython + (" -c 'import " + modules) + "' 2>/dev/null").c_str()) == 0;
}

bool run_script(const std::string& name, const std::vector<std::string>& arguments) {
  std::string command =
      kPython + (" '" + (kSource / "tests/frontend/tflite" / name).string()) + "'";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  return std::system(command.c_str()) == 0;
}

std::string no_writer() {
  if (!std::filesystem::exists(weights())) return "needs " + weights().string();
  if (!python_has("h5py, numpy")) return "needs python3-h5py and python3-numpy";
  return "";
}

bool write_model(const std::filesystem::path& path, const std::string& style) {
  return run_script("write_model.py", {weights().string(), path.string(), style});
}

}  // namespace slimc::frontend::testing
