// One changed byte of one file, and what became of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace slimc::campaign {

struct Mutation {
  std::size_t offset = 0;
  std::uint8_t value = 0;  // instead of the file's own
};

enum class Outcome : std::uint8_t {
  NotRun,
  Reported,  // refused, with a diagnostic
  Warned,    // another network, with a warning
  Same,      // the same network, bit for bit
  Payload,   // another number in the place of a weight's: nothing in the file says that it changed
  Silent,    // another network, and not a word
  Crash,     // a signal, an exception or an assertion
  Hang,      // more than five seconds
};
inline constexpr int kOutcomes = 8;

}  // namespace slimc::campaign
