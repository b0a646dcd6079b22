// Files of unknown form. The first byte chooses the name, which some forms are known by.
#include "frontend/foreign_forms.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  static const std::filesystem::path folder = [] {
    std::string name = std::filesystem::temp_directory_path() / "slimc-fuzz-XXXXXX";
    SLIMC_CHECK(mkdtemp(name.data()) != nullptr, "no temporary folder");
    static std::string made;
    made = name;
    std::atexit([] { std::filesystem::remove_all(made); });
    return std::filesystem::path(name);
  }();
  constexpr const char* kNames[] = {"model", "net.bin", "net.caffemodel", "net.weights", "net.pb"};
  if (size == 0) return 0;
  const std::filesystem::path file = folder / kNames[data[0] % std::size(kNames)];
  std::ofstream(file, std::ios::binary) << fuzz::text_of(data + 1, size - 1);
  if (const auto words = frontend::foreign_form(file)) {
    SLIMC_CHECK(words->starts_with("is ") && words->find("; ") != std::string::npos,
                "words without what it is and what to do");
  }
  std::filesystem::remove(file);
  return 0;
}
