// The rows of a network's table of stages, how all workers compute a stage, and who is told of it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "float_environment.h"
#include "kernel.h"
#include "threads.h"

namespace slimc {

// The output of a stage: height x width x channels elements, a pixel every `stride` of them, rows
// without gaps. In the arena there are rows above and below it that stand for zeros, which are the
// padding of the stage that reads it.
struct Map {
  static constexpr ptrdiff_t not_in_arena = -1;  // but an output of the caller's

  ptrdiff_t begin;  // of the rows of zeros above, in bytes into the arena
  int h, w, c;
  int stride;
  int above = 0, below = 0;  // rows of zeros
  const char* type = "float32";
  int element_bytes = sizeof(float);
  int padding = 0;  // each byte of those rows

  constexpr ptrdiff_t row_bytes() const { return ptrdiff_t{w} * stride * element_bytes; }
  constexpr ptrdiff_t pixels() const { return begin + above * row_bytes(); }
  constexpr ptrdiff_t end_of_pixels() const { return pixels() + h * row_bytes(); }
};

template <typename Worker, int most_arguments, int most_inputs>
struct Stage {
  // A kernel, and what the stage calls it with.
  struct Call {
    void (*compute)(Worker& worker, const Stage& stage, const Call& call);
    Argument arguments[most_arguments];
  };

  const char* name;
  const char* kind;
  const char* description;
  int input_count = 1;
  int inputs[most_inputs];  // stages whose outputs it reads; -1: the network's input
  Map output;
  int output_index = -1;  // which of the caller's outputs that is
  int tasks;
  int64_t multiply_adds;
  ptrdiff_t gap = 0;       // where in the arena the first worker has its scratch
  uint32_t needed_by = 1;  // the network's outputs that need it, a bit each
  Call call;
  const Call* call_u8 = nullptr;  // where it reads 8-bit input; null: the same
};

// The rows as NAME_stages() gives them.
template <typename Row, size_t count>
struct Rows {
  Row of[count];
};
template <typename Row, typename Stage, size_t count>
constexpr Rows<Row, count> rows_of(const Stage (&stages)[count]) {
  Rows<Row, count> rows = {};
  for (size_t i = 0; i < count; ++i) {
    const Stage& stage = stages[i];
    const bool in_arena = stage.output.begin != Map::not_in_arena;
    rows.of[i] = {.name = stage.name,
                  .kind = stage.kind,
                  .description = stage.description,
                  .input_stage = stage.input_count > 0 ? stage.inputs[0] : -1,
                  .input_count = stage.input_count,
                  .input_stages = stage.inputs,
                  .output_offset = in_arena ? stage.output.pixels() : Map::not_in_arena,
                  .type = stage.output.type,
                  .height = stage.output.h,
                  .width = stage.output.w,
                  .channels = stage.output.c,
                  .channel_stride = stage.output.stride,
                  .tasks = stage.tasks,
                  .multiply_adds = stage.multiply_adds,
                  .output_index = stage.output_index};
  }
  return rows;
}

namespace {

// Who watches a run; null: nobody. Timing is NAME.h's NAME_timing.
template <typename Timing>
struct Watch {
  void (*observer)(void* user, int stage, int phase, int batch_item);
  void* observer_user;
  uint64_t (*clock)(void* user);
  void (*report)(void* user, const Timing* timing);
  void* profiler_user;
};

// One worker at work on one image.
template <typename Timing>
struct Worker {
  Team* team;
  const Watch<Timing>* watch;
  int index;
  int item;  // of the batch
  const uint8_t* input;
  bool input_is_u8;
  uint8_t* const* outputs;        // of the whole batch
  const ptrdiff_t* output_bytes;  // of each, for one image
  // The outputs that are wanted, a bit each. A copy: behind the last stage of a run others may have
  // begun the next one.
  uint32_t wanted;
  uint8_t* arena;
  uint8_t* scratches;  // of all workers but the first, which has it in the arena
  size_t scratch_bytes;
  const uint8_t* weights;
  int computed = 0;  // tasks of the stage

  // `gap` is where nothing lives in the arena while the stage runs.
  uint8_t* scratch(ptrdiff_t gap) const {
    if (index == 0) return arena + gap;
    return scratches + (static_cast<size_t>(index) - 1) * scratch_bytes;
  }

  // Where an argument of a stage begins for task 0. Kernels write only to what is theirs to write,
  // whatever the type says. Inlined it were there once an argument of each kernel: 9 kB.
  __attribute__((noinline)) uint8_t* begin_of(const Argument& argument, ptrdiff_t gap) const {
    switch (argument.base) {
      case Argument::in_input:
        return const_cast<uint8_t*>(input) + argument.begin;
      case Argument::in_output:
        return outputs[argument.output] + item * output_bytes[argument.output] + argument.begin;
      case Argument::in_arena:
        return arena + argument.begin;
      case Argument::in_scratch:
        return scratch(gap) + argument.begin;
      case Argument::in_weights:
        return const_cast<uint8_t*>(weights) + argument.begin;
      case Argument::not_in_memory:
        break;
    }
    return nullptr;
  }

  // All stages that a wanted output needs. Called by every worker of the team, or with a
  // parallel-for by the first alone.
  template <typename Stage>
  void run(const Stage* stages, int count) {
    for (int i = 0; i < count; ++i) {
      if ((wanted & stages[i].needed_by) != 0) run_stage(i, stages[i]);
    }
  }

 private:
  // The stage is complete when it returns. With an observer another barrier keeps the others away
  // until it has been told.
  template <typename Stage>
  void run_stage(int number, const Stage& stage) {
    const auto observer = watch->observer;
    const bool told = observer != nullptr && index == 0;
    if (told) observer(watch->observer_user, number, 0, item);
    if (const ParallelFor parallel_for = team->parallel_for(); parallel_for != nullptr) {
      Together<Stage> together = {*this, number, stage};
      parallel_for(team->parallel_for_user(), team->size(), Together<Stage>::part, &together);
      team->next_round();
    } else {
      if (observer != nullptr) team->barrier(index);
      compute_part(number, stage);
      team->barrier(index);
    }
    if (told) observer(watch->observer_user, number, 1, item);
  }

  // What the body of a parallel-for is given.
  template <typename Stage>
  struct Together {
    const Worker& first;
    int number;
    const Stage& stage;

    static void part(void* context, int index) {
      const Together& together = *static_cast<const Together*>(context);
      Worker worker = together.first;
      worker.index = index;
      worker.compute_part(together.number, together.stage);
    }
  };

  // The padding around a stage's output, where other stages have used the memory.
  void fill_padding(const Map& output) {
    const auto fill = [&](ptrdiff_t begin, ptrdiff_t bytes) {
      if (bytes != 0) __builtin_memset(arena + begin, output.padding, static_cast<size_t>(bytes));
    };
    fill(output.begin, output.above * output.row_bytes());
    fill(output.end_of_pixels(), output.below * output.row_bytes());
  }

  // The only place where kernels run, and no function of the caller's: those have the mode for
  // floats that their thread has, and if they change it, no kernel is computed in it.
  template <typename Stage>
  void compute_kernels(const Stage& stage) {
    const DefaultFloatEnvironment environment;
    if (index == 0) fill_padding(stage.output);
    const bool is_u8 = input_is_u8 && stage.call_u8 != nullptr;
    const typename Stage::Call& call = is_u8 ? *stage.call_u8 : stage.call;
    call.compute(*this, stage, call);
  }

  template <typename Stage>
  void compute_part(int number, const Stage& stage) {
    if (watch->report == nullptr) {
      compute_kernels(stage);
      return;
    }
    const uint64_t begin = watch->clock(watch->profiler_user);
    compute_kernels(stage);
    const uint64_t end = watch->clock(watch->profiler_user);
    const Timing timing = {.stage = number,
                           .thread = index,
                           .batch_item = item,
                           .tasks = computed,
                           .begin = begin,
                           .end = end};
    watch->report(watch->profiler_user, &timing);
  }
};

// The worker's part of a stage's tasks: a function a kernel, which its stages share.
// (compiler/objects/stack_bytes.cc knows it by its name.)
template <auto kernel, typename Worker, typename Stage>
void compute_tasks(Worker& worker, const Stage& stage, const typename Stage::Call& call) {
  Caller<kernel> caller(call.arguments, [&](const Argument& argument) {
    return worker.begin_of(argument, stage.gap);
  });
  Tasks tasks(*worker.team, worker.index, stage.tasks, worker.computed);
  for (int task; (task = tasks.next()) >= 0;) caller.call(task);
}

}  // namespace
}  // namespace slimc
