// Reads the names of classes from users' files.
//
//   Text   one class a line: "tench, Tinca tinca", or with its WordNet id in front as in
//          synset_words.txt of ImageNet's challenge: "n01440764 tench, Tinca tinca", a space or a
//          tab between. An id alone is its class's label too. Lines may end in CR LF, and empty
//          ones at the end count for nothing. Where every line begins with a number, and these are
//          0 to the last class, they are the classes' and no part of the labels: "0 tench",
//          "0: tench", "0,tench".
//   JSON   Keras' class index, in any order: {"0": ["n01440764", "tench"], ...}; the same with
//          labels alone: {"0": "tench", ...}; class_indices of Keras' generators: {"tench": 0,
//          ...}; and a list, ["tench", ...].
//
// Both are UTF-8, with or without a byte order mark.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "ir/class_labels.h"

namespace slimc::frontend {

// ImageNet's 1000 labels are 30 kB of text; all 21841 synsets of the whole ImageNet are 1 MB.
inline constexpr std::size_t kMaxLabelsFile = std::size_t{8} << 20;
inline constexpr std::size_t kMaxLabels = 65536;
inline constexpr std::size_t kMaxLabelBytes = 1000;  // of one class

// All labels of the file, however many the network has classes, or up to ten problems. `file` is
// for messages.
Result<ClassLabels> parse_labels(std::string_view text, const std::string& file);
Result<ClassLabels> read_labels(const std::filesystem::path& path);

}  // namespace slimc::frontend
