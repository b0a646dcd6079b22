// clang and LLVM's tools, for tests that want an opinion which is not slimc's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace slimc::testing {

// A folder for one test's files.
TemporaryFolder temporary_folder();

void write_text(const std::filesystem::path& path, const std::string& text);
std::string read_text(const std::filesystem::path& path);

// What the program printed; it must end with status 0.
std::string output_of(const std::string& program, const std::vector<std::string>& arguments);

// The object that clang makes of C code.
std::string compile_c(const std::string& code, const std::string& triple);

// Lines of llvm-nm for an object or archive, without the addresses: "T name", "U name".
std::vector<std::string> nm(const std::string& bytes);

// What llvm-readobj says of an object's symbols, each beginning with a line "Name: ...".
std::string readobj_symbols(const std::string& bytes);

}  // namespace slimc::testing
