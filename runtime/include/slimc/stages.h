// How the stages of a run come to be computed by all workers, and who is told of it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "float_environment.h"
#include "threads.h"

namespace slimc {
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
  uint8_t* output = nullptr;          // of this image, where the network has one
  uint8_t* const* outputs = nullptr;  // of the whole batch, where it has several
  // The outputs that are wanted, a bit each; all of them where the network has one. A copy: behind
  // the last stage of a run others may have begun the next one.
  uint32_t wanted = 1;
  uint8_t* arena;
  uint8_t* scratches;  // of all workers but the first, which has it in the arena
  size_t scratch_bytes;
  int computed;                      // tasks of the stage
  const uint8_t* weights = nullptr;  // where they are not constants of the library

  using Compute = void (*)(Worker& worker);

  Tasks tasks(int count) { return {*team, index, count, computed}; }

  // `gap` is where nothing lives in the arena while the stage runs.
  uint8_t* scratch(size_t gap) const {
    if (index == 0) return arena + gap;
    return scratches + (static_cast<size_t>(index) - 1) * scratch_bytes;
  }

  // Called by every worker of the team, or with a parallel-for by the first alone. The stage is
  // complete when it returns. With an observer another barrier keeps the others away until it has
  // been told.
  void run(int stage, Compute compute) {
    const auto observer = watch->observer;
    const bool told = observer != nullptr && index == 0;
    if (told) observer(watch->observer_user, stage, 0, item);
    if (const ParallelFor parallel_for = team->parallel_for(); parallel_for != nullptr) {
      Together together = {*this, stage, compute};
      parallel_for(team->parallel_for_user(), team->size(), Together::part, &together);
      team->next_round();
    } else {
      if (observer != nullptr) team->barrier(index);
      compute_part(stage, compute);
      team->barrier(index);
    }
    if (told) observer(watch->observer_user, stage, 1, item);
  }

 private:
  // What the body of a parallel-for is given.
  struct Together {
    const Worker& first;
    int stage;
    Compute compute;

    static void part(void* context, int index) {
      const Together& together = *static_cast<const Together*>(context);
      Worker worker = together.first;
      worker.index = index;
      worker.compute_part(together.stage, together.compute);
    }
  };

  // The only place where kernels run, and no function of the caller's: those have the mode for
  // floats that their thread has, and if they change it, no kernel is computed in it.
  void compute_kernels(Compute compute) {
    const DefaultFloatEnvironment environment;
    compute(*this);
  }

  void compute_part(int stage, Compute compute) {
    if (watch->report == nullptr) {
      compute_kernels(compute);
      return;
    }
    const uint64_t begin = watch->clock(watch->profiler_user);
    compute_kernels(compute);
    const uint64_t end = watch->clock(watch->profiler_user);
    const Timing timing = {.stage = stage,
                           .thread = index,
                           .batch_item = item,
                           .tasks = computed,
                           .begin = begin,
                           .end = end};
    watch->report(watch->profiler_user, &timing);
  }
};

}  // namespace
}  // namespace slimc
