// The code of strings and numbers in keys of tables whose order as bytes is the order of the values
// (tensorflow/core/lib/strings/ordered_code.cc of TensorFlow). Checkpoints use it for the keys of
// slices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slimc::frontend {

void append_ordered(std::string& code, std::string_view text);
void append_ordered(std::string& code, std::uint64_t number);
void append_ordered_signed(std::string& code, std::int64_t number);

}  // namespace slimc::frontend
