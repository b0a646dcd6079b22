#pragma once

namespace slimc {

// A handle to the result of an op: the op's index in its graph.
struct Value {
  int op = -1;
  bool valid() const { return op >= 0; }
  friend bool operator==(Value, Value) = default;
};

}  // namespace slimc
