// The Python scripts of this folder, which know TFLite's files by themselves.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slimc::frontend::testing {

// By Debian's Python, which knows Debian's python3-h5py and python3-numpy.
bool python_has(const std::string& modules);

// Runs a script of this folder; true if it ends well.
bool run_script(const std::string& name, const std::vector<std::string>& arguments);

// Why write_model.py cannot run, in words for a test that skips; empty where it can.
std::string no_writer();

// The published weights as a file of one of write_model.py's styles.
bool write_model(const std::filesystem::path& path, const std::string& style);

}  // namespace slimc::frontend::testing
