#include "frontend/mobilenet/family.h"

#include <fmt/format.h>

#include <utility>

namespace slimc::frontend {

std::int64_t scaled(std::int64_t filters, double alpha) {
  return static_cast<std::int64_t>(static_cast<double>(filters) * alpha);
}

void OptionChecks::expect(bool valid, const std::string& option, const std::string& found,
                          const std::string& expected) {
  if (!valid) add(fmt::format("{} {}: expected {}", option, found, expected));
}

void OptionChecks::between(const std::string& option, std::int64_t found, std::int64_t low,
                           std::int64_t high) {
  expect(found >= low && found <= high, option, std::to_string(found),
         fmt::format("{} to {}", low, high));
}

void OptionChecks::add(std::string message) {
  problems_.add({.message = std::move(message), .blame = Blame::Usage});
}

}  // namespace slimc::frontend
