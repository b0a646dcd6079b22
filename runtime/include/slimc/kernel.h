// What a compiled kernel is passed, and how it is called for the tasks of a stage.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace slimc {

// The beginning of halide_buffer_t (Halide 14 and later). Extents and strides are constants of a
// kernel's code, so it reads nothing but `host`; the rest of the struct would be 32 bytes of stack
// an argument.
struct Buffer {
  uint64_t device;
  const void* device_interface;
  uint8_t* host;  // where the argument's data begins
};

// An argument of a kernel as a stage's row has it: where its data begins for task 0, and how many
// bytes each task moves on.
struct Argument {
  enum Base : uint8_t {
    in_input,   // the caller's image
    in_output,  // the caller's output `output`, of this image
    in_arena,
    in_scratch,  // of the thread that computes
    in_weights,
    not_in_memory,  // an int32_t: the number of the task * step
  };
  Base base;
  uint8_t output;
  int32_t step;
  ptrdiff_t begin;  // bytes behind the base
};

// As the rows spell them.
constexpr Argument input(ptrdiff_t begin, int32_t step = 0) {
  return {Argument::in_input, 0, step, begin};
}
constexpr Argument output(uint8_t which, ptrdiff_t begin, int32_t step = 0) {
  return {Argument::in_output, which, step, begin};
}
constexpr Argument arena(ptrdiff_t begin, int32_t step = 0) {
  return {Argument::in_arena, 0, step, begin};
}
constexpr Argument scratch(ptrdiff_t begin, int32_t step = 0) {
  return {Argument::in_scratch, 0, step, begin};
}
constexpr Argument weights(ptrdiff_t begin, int32_t step = 0) {
  return {Argument::in_weights, 0, step, begin};
}
constexpr Argument task_times(int32_t step) { return {Argument::not_in_memory, 0, step, 0}; }

namespace {

// Numbers<0, 1, ..., count - 1>, which the standard library would have.
template <int...>
struct Numbers {};
#if __has_builtin(__make_integer_seq)
template <typename T, T... numbers>
using CountedTo = Numbers<numbers...>;
template <int count>
using NumbersTo = __make_integer_seq<CountedTo, int, count>;
#else
template <int count>
using NumbersTo = Numbers<__integer_pack(count)...>;
#endif

// An argument of type Buffer* or int32_t, and how it goes on by some tasks.
template <typename Parameter>
struct Passed;
template <>
struct Passed<Buffer*> {
  static void move(Buffer& buffer, const Argument& argument, int tasks) {
    buffer.host += ptrdiff_t{tasks} * argument.step;
  }
  static Buffer* at(Buffer& buffer, const Argument&, int) { return &buffer; }
};
template <>
struct Passed<int32_t> {
  static void move(Buffer&, const Argument&, int) {}
  static int32_t at(Buffer&, const Argument& argument, int task) { return task * argument.step; }
};

// Calls a kernel for one task after the other, in any order.
template <auto kernel>
class Caller;
template <typename... Parameters, int (*kernel)(Parameters...)>
class Caller<kernel> {
 public:
  static constexpr int arguments = sizeof...(Parameters);

  // `begin_of(argument)` is where its data begins for task 0.
  template <typename Begin>
  Caller(const Argument* arguments_of_stage, Begin begin_of) : arguments_(arguments_of_stage) {
    for (int i = 0; i < arguments; ++i) {
      buffers_[i] = {};
      buffers_[i].host = begin_of(arguments_[i]);
    }
  }

  void call(int task) { call(task, NumbersTo<arguments>()); }

 private:
  template <int... i>
  void call(int task, Numbers<i...>) {
    (Passed<Parameters>::move(buffers_[i], arguments_[i], task - at_), ...);
    at_ = task;
    kernel(Passed<Parameters>::at(buffers_[i], arguments_[i], task)...);
  }

  const Argument* arguments_;
  int at_ = 0;  // the task that the buffers are for
  Buffer buffers_[arguments];
};

}  // namespace
}  // namespace slimc
