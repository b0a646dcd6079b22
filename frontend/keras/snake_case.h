// Keras' names for classes in files of weights.
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace slimc::frontend {

// "BatchNormalization" -> "batch_normalization", "ReLU" -> "re_lu", "Conv2D" -> "conv2d": a '_' in
// front of a capital that begins a word of small letters, then between a small letter and a capital
// (keras/utils/naming.py, to_snake_case).
inline std::string snake_case(std::string_view name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string words;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') words += c;
  }
  std::string split;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool begins = upper(words[i]) && i + 1 < words.size() && lower(words[i + 1]);
    if (i > 0 && begins) split += '_';
    split += words[i];
  }
  std::string result;
  for (std::size_t i = 0; i < split.size(); ++i) {
    if (i > 0 && upper(split[i]) && lower(split[i - 1])) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(split[i])));
  }
  return result;
}

}  // namespace slimc::frontend
