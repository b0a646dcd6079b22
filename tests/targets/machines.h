// Compiled networks on other processors: linked by a cross compiler, run by an emulator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/build/compile_libraries.h"
#include "tests/common/temporary_folder.h"

namespace slimc::testing {

// What runs programs for a target. Debian's cross compilers link for Linux; as a library for no
// operating system asks nothing of one, it can be part of such a program.
struct Machine {
  std::string c_compiler;
  std::vector<std::string> emulator;  // the words in front of a program; empty: none is needed
};

// The machine of a target, with the plainest CPU that has all that the target needs. Without a
// compiler where there is no such machine.
Machine machine_for(const Target& target);
// The same one's emulator for any CPU that QEMU knows: "cortex-a53".
Machine emulated(const Target& target, const std::string& cpu);

// What a run of driver.c left.
struct DriverOutcome {
  int status = 0;    // the network's, or the driver's own from 100 on
  std::string text;  // printed on the terminal
  std::vector<float> results;
};

enum class DriverMode { Run, Modes, Stages };

// driver.c around a library of the name "net", for the library's target.
class Driver {
 public:
  // Links; what goes wrong is the test's failure.
  Driver(const CompiledLibrary& library, const Target& target, const Machine& machine);

  // `input` is a file's content: see driver.c.
  DriverOutcome run(DriverMode mode, ElementType input_type, int threads,
                    const std::string& input) const {
    return run(machine_, mode, input_type, threads, input);
  }
  DriverOutcome run(const Machine& machine, DriverMode mode, ElementType input_type, int threads,
                    const std::string& input) const;

 private:
  Machine machine_;
  TemporaryFolder folder_;
};

// What a library stores and computes 1x1 convolutions in.
struct Numbers {
  ElementType weights = ElementType::Float32;
  ElementType arithmetic = ElementType::Float32;
  ElementType accumulate = ElementType::Float32;
};
inline constexpr Numbers kHalfWeights = {.weights = ElementType::Float16};
inline constexpr Numbers kHalfProducts = {.weights = ElementType::Float16,
                                          .arithmetic = ElementType::Float16};
inline constexpr Numbers kHalfSums = {.weights = ElementType::Float16,
                                      .arithmetic = ElementType::Float16,
                                      .accumulate = ElementType::Float16};

// The library of a graph, from the build folder's cache of kernels.
Result<CompiledLibrary> compile_for(Graph graph, const Target& target, const Numbers& numbers = {});

// Values as driver.c reads them.
template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace slimc::testing
