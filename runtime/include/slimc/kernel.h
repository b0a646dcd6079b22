// The arguments of compiled kernels: Halide's halide_buffer_t (Halide 14 and later), field by
// field.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace slimc {

// halide_dimension_t: in elements, innermost dimension first.
struct Dimension {
  int32_t min;
  int32_t extent;
  int32_t stride;
  uint32_t flags;
};

// halide_type_t.
struct Type {
  uint8_t code;  // 1: unsigned integer, 2: floating point
  uint8_t bits;
  uint16_t lanes;
};

// halide_buffer_t. Kernels compiled without bounds queries only read it.
struct Buffer {
  uint64_t device;
  const void* device_interface;
  uint8_t* host;  // the element at the minima of the dimensions
  uint64_t flags;
  Type type;
  int32_t dimensions;
  const Dimension* dim;
  void* padding;
};

// Kernels write only to their output, whatever the type says.
static inline uint8_t* mutable_bytes(const void* data) {
  return static_cast<uint8_t*>(const_cast<void*>(data));
}

// Without data, for point() to add later.
template <int rank>
static inline Buffer float_buffer(const Dimension (&dims)[rank], const void* data = nullptr) {
  return {0, nullptr, mutable_bytes(data), 0, {2, 32, 1}, rank, dims, nullptr};
}
// 16-bit floats, whose bits are integers to the kernels.
template <int rank>
static inline Buffer half_buffer(const Dimension (&dims)[rank], const void* data = nullptr) {
  return {0, nullptr, mutable_bytes(data), 0, {1, 16, 1}, rank, dims, nullptr};
}
template <int rank>
static inline Buffer uint8_buffer(const Dimension (&dims)[rank], const void* data = nullptr) {
  return {0, nullptr, mutable_bytes(data), 0, {1, 8, 1}, rank, dims, nullptr};
}

static inline void point(Buffer& buffer, const void* data) { buffer.host = mutable_bytes(data); }

static inline void zero(uint8_t* data, size_t bytes) { __builtin_memset(data, 0, bytes); }

}  // namespace slimc
