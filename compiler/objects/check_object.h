// Whether what another program made is the object that was asked for.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/target.h"

namespace slimc {

struct ExpectedObject {
  const Target& target;
  std::vector<std::string> defines;
  // Whether the object may need a symbol from elsewhere, besides what compilers call of themselves.
  std::function<bool(std::string_view)> may_need;
};

// What is wrong, as the end of a sentence that begins with the file's name; empty if nothing is.
std::string object_problem(const std::string& object, const ExpectedObject& expected);

}  // namespace slimc
