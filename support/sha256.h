// SHA-256, as files are identified by.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "support/result.h"

namespace slimc {

class Sha256 {
 public:
  Sha256();

  void update(std::string_view bytes);

  // 64 lower-case hexadecimal digits; called once, as the last thing.
  std::string hex();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

std::string sha256_hex(std::string_view bytes);

// Of a file's bytes, read in pieces.
Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace slimc
