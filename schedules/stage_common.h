// What the stage generators share: sums, and buffers whose shape is constant.
#pragma once

#include <Halide.h>

#include <sstream>
#include <string>
#include <vector>

#include "schedules/activation.h"

namespace slimc::schedules {

// What a sum starts from. NEON before VFPv4, which is all that 32-bit ARM promises, has vmla alone,
// which rounds the product, too. LLVM takes it for a product and a sum only where each instruction
// says for itself what may be fused; an operation anywhere in the kernel that must be exact makes
// Halide write it so. Without, products take registers of their own and sums are spilled: 18
// accesses to the stack for 32 multiply-adds of 4x8 (pixels x channels).
inline bool has_only_vmla(const Halide::Target& target) {
  return target.arch == Halide::Target::ARM && target.bits == 32;
}
inline Halide::Expr start_of_sum(const Halide::Target& target, const Halide::Expr& bias) {
  return has_only_vmla(target) ? Halide::strict_float(bias) : bias;
}

// One dimension of a buffer whose shape is constant. It begins at 0.
struct ConstantDim {
  int extent, stride;  // elements
};

// What a parameter ARGUMENT_dims holds, the plan's dimensions of that argument, innermost first:
// "64:1,14:72" are 14 pixels of 64 channels, 72 floats apart.
inline std::vector<ConstantDim> constant_dims(const std::string& argument_dims) {
  std::vector<ConstantDim> dims;
  std::istringstream words(argument_dims);
  ConstantDim dim = {};
  char colon = 0, behind = ',';
  while (behind == ',' && words >> dim.extent >> colon >> dim.stride && colon == ':' &&
         dim.extent >= 1 && dim.stride >= 1) {
    dims.push_back(dim);
    if (!(words >> behind)) behind = 0;
  }
  _halide_user_assert(behind == 0)
      << "'" << argument_dims << "' is no list of dimensions, expected "
      << "EXTENT:STRIDE of each, innermost first: '64:1,14:72'\n";
  return dims;
}

// Fixes a buffer's bounds and strides, so that every address in the kernel is base + constant *
// loop variable and nothing is read from the halide_buffer_t but its host pointer. The plan
// (compiler/plan) promises 64-byte alignment of task 0's pointer only; kernels use unaligned
// loads, which cost nothing on the targets' cores when the data happens to be aligned.
// With `estimates` the bounds are also what an autoscheduler counts with.
template <typename BufferParameter>
void set_constant_shape(BufferParameter& buffer, const std::string& argument_dims, bool estimates) {
  const std::vector<ConstantDim> dims = constant_dims(argument_dims);
  _halide_user_assert(static_cast<int>(dims.size()) == buffer.dims())
      << "'" << argument_dims << "' are " << dims.size() << " dimensions of " << buffer.name()
      << ", expected " << buffer.dims() << "\n";
  for (std::size_t d = 0; d < dims.size(); ++d) {
    auto dim = buffer.dim(static_cast<int>(d));
    dim.set_bounds(0, dims[d].extent).set_stride(dims[d].stride);
    if (estimates) dim.set_estimate(0, dims[d].extent);
  }
}

}  // namespace slimc::schedules
