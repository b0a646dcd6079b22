// Which names somebody may have meant by one that does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slimc {

// The names nearest to `name`, the nearest first and at most three: those that differ from it by a
// few letters (Damerau's distance without regard to case, at most a third of the length), and those
// of which it is a part between slashes or other signs ("dense" of "model/dense/Softmax").
std::vector<std::string> nearest_names(std::string_view name,
                                       const std::vector<std::string>& candidates);

// "; did you mean 'a' or 'b'?", to go behind a message that says what does not exist; empty where
// nothing is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace slimc
