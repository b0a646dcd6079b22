// Random numbers that are the same bits on every machine. The standard fixes std::mt19937_64 but
// not its distributions, and log and cos differ between C libraries, so both distributions are
// made from integers and exact arithmetic here.
#pragma once

#include <cstdint>
#include <random>

namespace slimc::frontend {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // Evenly in [low, high).
  double uniform(double low, double high);

  // Nearly normal with mean 0 and variance 1: the sum of twelve uniform numbers (Irwin-Hall),
  // which never leaves [-6, 6].
  double normal();

 private:
  std::mt19937_64 engine_;
};

}  // namespace slimc::frontend
