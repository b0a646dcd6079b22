// Photos from files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct Picture {
  int height = 0, width = 0;
  std::vector<std::uint8_t> rgb;  // height x width x 3
};

// Decodes a JPEG or PNG file, whichever its first bytes say. Throws std::runtime_error with the
// file's name and the reason.
Picture read_picture(const std::string& path);
