// The instance of a network, and what a library has for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stages.h"
#include "threads.h"
#include "weights_file.h"

namespace slimc {
namespace {

// What was made for one target. The caller's memory is: the instance, the arena, scratch of the
// second thread and of those behind it (the first has it in the arena), seats.
template <typename Stage, typename Row>
struct Code {
  const char* target;
  uint32_t required_cpu;  // cpu::Feature
  size_t arena_at;        // bytes from the memory's start
  size_t arena_bytes;
  size_t scratch_bytes;                        // a thread, without the first
  const uint8_t* weights = nullptr;            // where they are constants of the library,
  WeightsSection weights_section = {0, 0, 0};  // or where in the file
  const Stage* stages;
  const Row* rows;  // the same, for NAME_stages()
  int stage_count;

  constexpr size_t seats_at(int threads) const {
    return arena_at + arena_bytes + (static_cast<size_t>(threads) - 1) * scratch_bytes;
  }
  constexpr size_t memory_bytes(int threads) const {
    return seats_at(threads) + static_cast<size_t>(threads) * sizeof(Seat);
  }
};

// What a NAME.cc's `struct NAME` is. Timing and Row are NAME.h's NAME_timing and NAME_stage.
template <typename Timing, typename Row, int output_count, int most_arguments, int most_inputs>
struct Instance {
  using Worker = slimc::Worker<Timing>;
  using Stage = slimc::Stage<Worker, most_arguments, most_inputs>;
  using Code = slimc::Code<Stage, Row>;

  Team team;
  const Code* code;
  const uint8_t* weights;
  Watch<Timing> next_watch;  // as set, for the runs to come
  // Of the run that is going on.
  Watch<Timing> watch;
  const uint8_t* input;
  bool input_is_u8;
  uint32_t wanted;                 // outputs, a bit each
  uint8_t* outputs[output_count];  // null: not wanted

  // What a run is to read and write; a null output is not wanted.
  template <typename Element, int count>
  void begin_run(const Element* image, float* const (&results)[count], uint32_t wanted_results) {
    watch = next_watch;
    input = reinterpret_cast<const uint8_t*>(image);
    input_is_u8 = sizeof(Element) == 1;
    wanted = wanted_results;
    for (int i = 0; i < output_count; ++i) {
      outputs[i] = i < count ? reinterpret_cast<uint8_t*>(results[i]) : nullptr;
    }
  }

  // All that one worker does in a run: one image after the other, so that activations stay in the
  // cache. `image_values` are those of an image, `output_bytes` those of each output for one.
  void compute(int index, int batch, ptrdiff_t image_values, const ptrdiff_t* output_bytes) {
    const ptrdiff_t image_bytes = image_values * (input_is_u8 ? 1 : ptrdiff_t{sizeof(float)});
    uint8_t* const arena_begin = arena();
    for (int item = 0; item < batch; ++item) {
      Worker worker = {.team = &team,
                       .watch = &watch,
                       .index = index,
                       .item = item,
                       .input = input + item * image_bytes,
                       .input_is_u8 = input_is_u8,
                       .outputs = outputs,
                       .output_bytes = output_bytes,
                       .wanted = wanted,
                       .arena = arena_begin,
                       .scratches = arena_begin + code->arena_bytes,
                       .scratch_bytes = code->scratch_bytes,
                       .weights = weights};
      worker.run(code->stages, code->stage_count);
    }
  }

  uint8_t* arena() { return reinterpret_cast<uint8_t*>(this) + code->arena_at; }
};

}  // namespace
}  // namespace slimc
