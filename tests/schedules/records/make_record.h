// Records for tests.
#pragma once

#include <vector>

#include "schedules/records/record.h"
#include "schedules/tiling/candidates.h"

namespace slimc::testing {

inline RecordTarget avx512() { return {"x86-64", 16, 32, true}; }

inline TargetTraits avx512_traits() {
  TargetTraits traits;
  traits.register_bytes = 64;
  traits.vector_registers = 32;
  traits.multiplies_and_adds = true;
  return traits;
}

inline StageShape late_pointwise() {
  StageShape s;
  s.kind = StageKind::Pointwise;
  s.in_h = s.in_w = s.out_h = s.out_w = 7;
  s.in_c = s.out_c = 512;
  return s;
}

inline StageShape block() {
  StageShape s;
  s.kind = StageKind::DepthwisePointwise;
  s.in_h = s.in_w = s.out_h = s.out_w = 14;
  s.in_c = 256;
  s.out_c = 512;
  s.kernel_h = s.kernel_w = 3;
  return s;
}

// The n-th candidate, in `us` with 1 thread and with 2.
inline ScheduleRecord make_record(const StageShape& stage, std::size_t n, double us) {
  ScheduleRecord record;
  record.slimc = "1.2.3";
  record.cpu = "A CPU";
  record.cores = 2;
  record.target = avx512();
  record.stage = stage;
  record.in_padded_c = stage.in_c;
  record.tiling = candidate_tilings(stage, stage.in_c, avx512_traits())[n];
  record.scheduler = n == 0 ? "model" : "search";
  record.times = {{.threads = 1, .runs = 100, .min_us = us, .median_us = us * 1.25},
                  {.threads = 2, .runs = 50, .min_us = us, .median_us = us * 1.5}};
  record.compile_seconds = 1.5;
  record.search_seconds = 20;
  return record;
}

}  // namespace slimc::testing
