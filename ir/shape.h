// The dimensions of a tensor, outermost first.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace slimc {

// Activations are NHWC; convolution weights HWIO ([kh, kw, ci, co]); depthwise weights
// [kh, kw, ci, depth multiplier].
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : dims_(dims) {}
  explicit Shape(std::vector<std::int64_t> dims) : dims_(std::move(dims)) {}

  int rank() const { return static_cast<int>(dims_.size()); }
  std::int64_t operator[](int i) const { return dims_[static_cast<std::size_t>(i)]; }
  const std::vector<std::int64_t>& dims() const { return dims_; }

  // The product of the dimensions; 1 for rank 0. Stays at the largest number where it would
  // overflow: shapes come from users' files.
  std::int64_t elements() const;

  // "[1,224,224,3]"
  std::string to_string() const;

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::vector<std::int64_t> dims_;
};

}  // namespace slimc
