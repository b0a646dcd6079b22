// TFLite itself as the judge of what a model computes: LiteRT, which npm has as WebAssembly.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slimc::frontend::testing {

// Why there is none, in words for a test that skips; empty where there is.
std::string no_litert();

struct LitertOutput {
  std::string name;
  std::vector<float> values;
};

// Runs a file by LiteRT on the bytes of its only input; the outputs are to be float32. Without
// outputs, and with a failure of the running test, where it does not work.
std::vector<LitertOutput> run_litert(const std::filesystem::path& model, const std::string& input);

}  // namespace slimc::frontend::testing
