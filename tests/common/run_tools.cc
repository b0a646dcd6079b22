#include "tests/common/run_tools.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "support/process.h"

namespace slimc::testing {

TemporaryFolder temporary_folder() {
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder) ADD_FAILURE() << folder.error().to_string();
  return std::move(*folder);
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  EXPECT_TRUE(file.good()) << path;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
  const auto outcome = run_process(program, arguments, std::chrono::minutes(2));
  if (!outcome) {
    ADD_FAILURE() << outcome.error().to_string();
    return "";
  }
  EXPECT_TRUE(outcome->ok()) << program << ": " << outcome->output;
  return outcome->output;
}

std::string compile_c(const std::string& code, const std::string& triple) {
  const TemporaryFolder folder = temporary_folder();
  write_text(folder.path() / "code.c", code);
  // Like Halide's objects: a section a function.
  output_of(std::string(SLIMC_LLVM_TOOLS) + "/clang",
            {"--target=" + triple, "-O1", "-ffreestanding", "-ffunction-sections", "-c",
             folder.path() / "code.c", "-o", folder.path() / "code.o"});
  return read_text(folder.path() / "code.o");
}

std::vector<std::string> nm(const std::string& bytes) {
  const TemporaryFolder folder = temporary_folder();
  write_text(folder.path() / "file", bytes);
  std::istringstream lines(
      output_of(std::string(SLIMC_LLVM_TOOLS) + "/llvm-nm", {folder.path() / "file"}));
  std::vector<std::string> symbols;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.rfind(' ');
    if (name != std::string::npos && name > 0) symbols.push_back(line.substr(name - 1));
  }
  return symbols;
}

std::string readobj_symbols(const std::string& bytes) {
  const TemporaryFolder folder = temporary_folder();
  write_text(folder.path() / "file", bytes);
  return output_of(std::string(SLIMC_LLVM_TOOLS) + "/llvm-readobj",
                   {"--symbols", folder.path() / "file"});
}

}  // namespace slimc::testing
