#include "tool/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tool/console.h"
#include "tool/stage_clock.h"

namespace slimc {
namespace {

using Json = nlohmann::ordered_json;

// Each thread writes to a list of its own.
struct Recorder {
  int run = 0;
  std::vector<std::vector<TracedPart>> of_thread;

  static std::uint64_t clock(void* /*user*/) {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
  }
  static void report(void* user, const LoadedTiming* timing) {
    auto& self = *static_cast<Recorder*>(user);
    self.of_thread[static_cast<std::size_t>(timing->thread)].push_back({self.run, *timing});
  }
};

Json metadata(const char* what, int thread, const char* key, Json value) {
  return {{"name", what},
          {"ph", "M"},
          {"pid", 1},
          {"tid", thread},
          {"args", {{key, std::move(value)}}}};
}

Json event(const LoadedStage& stage, const TracedPart& part) {
  constexpr double kNsPerUs = 1000;
  const LoadedTiming& timing = part.timing;
  const auto ns = static_cast<double>(timing.end - timing.begin);
  const double multiply_adds = static_cast<double>(stage.multiply_adds) * timing.tasks /
                               static_cast<double>(std::max<std::int64_t>(stage.tasks, 1));
  return {{"name", stage.name},
          {"cat", stage.kind},
          {"ph", "X"},
          {"pid", 1},
          {"tid", timing.thread},
          {"ts", static_cast<double>(timing.begin) / kNsPerUs},
          {"dur", ns / kNsPerUs},
          {"args",
           {{"kind", stage.kind},
            {"tasks", timing.tasks},
            {"tasks_of_stage", stage.tasks},
            {"gmacs", ns > 0 ? multiply_adds / ns : 0},
            {"run", part.run},
            {"image", timing.batch_item}}}};
}

}  // namespace

Result<std::vector<TracedPart>> trace_runs(const BuiltNetwork& built, int threads, int runs) {
  SLIMC_ASSIGN(NetworkInstance instance, built.network.create(threads));
  RandomInputs inputs(built.input_elements());
  std::vector<float> output(static_cast<std::size_t>(built.output_elements()));
  constexpr int kWarmUpRuns = 10;
  for (int i = 0; i < kWarmUpRuns; ++i) SLIMC_TRY(instance.run(inputs.next(), output.data()));

  // Room for all of it, so that nobody waits for memory in between.
  Recorder recorder;
  const auto parts = static_cast<std::size_t>(runs * built.library.plan().input_shape[0]) *
                     built.network.stages().size();
  recorder.of_thread.resize(static_cast<std::size_t>(threads));
  for (std::vector<TracedPart>& list : recorder.of_thread) list.reserve(parts);

  const std::uint64_t begin = Recorder::clock(nullptr);
  instance.set_profiler(Recorder::clock, Recorder::report, &recorder);
  for (; recorder.run < runs; ++recorder.run) {
    SLIMC_TRY(instance.run(inputs.next(), output.data()));
  }

  std::vector<TracedPart> all;
  for (const std::vector<TracedPart>& list : recorder.of_thread) {
    for (TracedPart part : list) {
      part.timing.begin -= begin;
      part.timing.end -= begin;
      all.push_back(part);
    }
  }
  return all;
}

std::string chrome_trace(const std::string& network, const std::vector<LoadedStage>& stages,
                         const std::vector<TracedPart>& parts) {
  Json events = Json::array();
  events.push_back(metadata("process_name", 0, "name", network));
  int threads = 0;
  for (const TracedPart& part : parts) threads = std::max(threads, part.timing.thread + 1);
  for (int thread = 0; thread < threads; ++thread) {
    events.push_back(metadata("thread_name", thread, "name",
                              fmt::format("thread {}{}", thread, thread == 0 ? " (caller)" : "")));
    events.push_back(metadata("thread_sort_index", thread, "sort_index", thread));
  }
  for (const TracedPart& part : parts) {
    events.push_back(event(stages[static_cast<std::size_t>(part.timing.stage)], part));
  }
  // An event a line, for people and for diff.
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n";
  for (std::size_t i = 0; i < events.size(); ++i) {
    text += json_text(events[i]) + (i + 1 < events.size() ? ",\n" : "\n");
  }
  return text + "]}\n";
}

}  // namespace slimc
