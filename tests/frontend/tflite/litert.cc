#include "tests/frontend/tflite/litert.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/common/temporary_folder.h"

namespace slimc::frontend::testing {
namespace {

const std::filesystem::path kSource = SLIMC_SOURCE_DIR;

// Beside the builds, so that all of them share it; ./test puts it there.
std::filesystem::path litert() { return kSource / "build/litert"; }

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string quoted(const std::filesystem::path& path) { return " '" + path.string() + "'"; }

}  // namespace

std::string no_litert() {
  if (!std::filesystem::exists(litert() / "litert_wasm_compat_internal.wasm")) {
    return "needs " + litert().string() + ", which ./test fetches where there is npm";
  }
  if (std::system("node --version >/dev/null 2>&1") != 0) return "needs node";
  return "";
}

std::vector<LitertOutput> run_litert(const std::filesystem::path& model, const std::string& input) {
  const slimc::testing::TemporaryFolder folder;
  const std::filesystem::path in = folder / "in", out = folder / "out", lines = folder / "lines",
                              errors = folder / "errors";
  std::ofstream(in, std::ios::binary) << input;
  const std::string command = "node" + quoted(kSource / "tests/frontend/tflite/run_litert.mjs") +
                              quoted(litert()) + quoted(model) + quoted(in) + quoted(out) + " >" +
                              quoted(lines) + " 2>" + quoted(errors);
  if (std::system(command.c_str()) != 0) {
    ADD_FAILURE() << command << "\n" << read_bytes(errors);
    return {};
  }
  const std::string bytes = read_bytes(out);
  std::vector<LitertOutput> outputs;
  std::istringstream stream(read_bytes(lines));
  std::size_t at = 0;
  std::string name, dims;
  int type = 0;
  while (stream >> name >> type >> dims) {
    EXPECT_EQ(type, 1) << name << " is not float32";
    std::size_t elements = 1;
    std::istringstream sizes(dims);
    for (std::string size; std::getline(sizes, size, 'x');) elements *= std::stoul(size);
    LitertOutput output{name, std::vector<float>(elements)};
    if (at + elements * sizeof(float) > bytes.size()) {
      ADD_FAILURE() << "output " << name << " of " << dims << " is cut off";
      return {};
    }
    std::memcpy(output.values.data(), bytes.data() + at, elements * sizeof(float));
    at += elements * sizeof(float);
    outputs.push_back(std::move(output));
  }
  EXPECT_EQ(at, bytes.size());
  return outputs;
}

}  // namespace slimc::frontend::testing
