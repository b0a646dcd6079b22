// The innermost loops of a kernel's assembly: what they are called, what is in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slimc::arm {

struct InnerLoop {
  std::string label;                      // ".LBB0_3"
  std::string name;                       // Halide's: "accumulator$1.s1.k$x.ko"
  std::vector<std::string> instructions;  // as the compiler wrote them, the branch back included
  int fmas = 0;                           // vector multiply-adds
  int loads = 0;                          // values loaded into vector registers; ldp is two
  int conversions = 0;                    // of vectors of 16-bit floats
  int prefetches = 0;
  std::vector<std::string> stack_accesses;

  // Of a product or the first convolution: a sum that stays in registers.
  bool is_reduction() const;
  bool is_depthwise() const { return !is_reduction(); }
};

// Loops that hold no other loop and multiply and add vectors, in the order of the text, which is
// LLVM's for x86-64 or ARM: it writes the name of Halide's loop behind a block's label. A branch
// out of the loop's middle counts as not taken.
std::vector<InnerLoop> inner_loops(std::string_view assembly);

}  // namespace slimc::arm
