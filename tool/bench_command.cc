// slimc bench: how fast a network is on this machine.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "support/files.h"
#include "tool/benchmark.h"
#include "tool/command.h"
#include "tool/table.h"
#include "tool/trace.h"

namespace slimc {
namespace {

struct Options {
  ModelOptions model;
  CompilationOptions compilation;
  int threads = 1;
  int runs = 200;
  bool stages = false;
  std::string trace;  // a file, or none
};

Json to_json(const BenchmarkResult& result, const Options& options) {
  Json stages = Json::array();
  for (const StageTime& stage : result.stages) {
    stages.push_back({{"name", stage.name},
                      {"kind", stage.kind},
                      {"ms", stage.ms},
                      {"multiply_adds", stage.multiply_adds},
                      {"gmacs", stage.gmacs},
                      {"share", stage.share},
                      {"fraction_of_peak", stage.fraction_of_peak},
                      {"bytes", stage.bytes},
                      {"limit", stage.limit.name},
                      {"limit_ms", stage.limit.ms},
                      {"fraction_of_limit", stage.fraction_of_limit()}});
  }
  Json bandwidth = Json::array();
  for (const MemoryLevel& level : result.levels) {
    bandwidth.push_back(
        {{"level", level.name}, {"bytes", level.bytes}, {"gb_a_second", level.gb_a_second}});
  }
  return {{"threads", options.threads},
          {"runs", options.runs},
          {"min_ms", result.min_ms},
          {"median_ms", result.median_ms},
          {"p90_ms", result.p90_ms},
          {"batch", result.batch},
          {"min_ms_per_image", result.min_ms / static_cast<double>(result.batch)},
          {"multiply_adds", result.multiply_adds},
          {"multiply_adds_per_image", result.multiply_adds / result.batch},
          {"gmacs", result.gmacs},
          {"peak_gmacs", result.peak_gmacs},
          {"fraction_of_peak", result.fraction_of_peak()},
          {"stages", stages},
          {"read_bandwidth", bandwidth}};
}

std::string percent(double fraction) { return fmt::format("{:.1f}%", 100 * fraction); }

std::string to_text(const BenchmarkResult& result, const Options& options) {
  std::string images;
  if (result.batch > 1) {
    images = fmt::format("{} images a run: min {:.3f} ms and {} multiply-adds an image\n",
                         result.batch, result.min_ms / static_cast<double>(result.batch),
                         grouped(result.multiply_adds / result.batch));
  }
  std::string text = fmt::format(
      "{} runs, {} thread{}: min {:.3f} ms, median {:.3f} ms, p90 {:.3f} ms\n"
      "{}{} multiply-adds{}: {:.1f} GMAC/s, {:.1f}% of the FMA peak of {:.1f} GMAC/s\n",
      options.runs, options.threads, options.threads == 1 ? "" : "s", result.min_ms,
      result.median_ms, result.p90_ms, images, grouped(result.multiply_adds),
      result.batch > 1 ? " a run" : "", result.gmacs, 100 * result.fraction_of_peak(),
      result.peak_gmacs);
  if (result.stages.empty()) return text;
  text += "read bandwidth: " + to_string(result.levels) + "\n";
  constexpr auto kRight = Table::Align::Right;
  Table table({{"stage"},
               {"kind"},
               {"ms", kRight},
               {"share", kRight, Table::Narrow::Drop},
               {"multiply-adds", kRight, Table::Narrow::Drop},
               {"GMAC/s", kRight},
               {"of peak", kRight},
               {"kB moved", kRight, Table::Narrow::Drop},
               {"limit"},
               {"of limit", kRight}});
  for (const StageTime& stage : result.stages) {
    table.add({stage.name, stage.kind, fmt::format("{:.4f}", stage.ms), percent(stage.share),
               grouped(stage.multiply_adds), fmt::format("{:.1f}", stage.gmacs),
               percent(stage.fraction_of_peak), grouped(stage.bytes >> 10), stage.limit.name,
               percent(stage.fraction_of_limit())});
  }
  return text + "\n" + table.to_string();
}

// More would be a large file that shows no more.
constexpr int kMostTracedRuns = 10;

Result<void> write_trace(const BuiltNetwork& built, const Options& options) {
  SLIMC_ASSIGN(const std::vector<TracedPart> parts,
               trace_runs(built, options.threads, std::min(options.runs, kMostTracedRuns)));
  OutputFiles file;
  file.add(options.trace, chrome_trace(built.library.plan().title, built.network.stages(), parts));
  return file.commit();
}

Result<void> bench(const Options& options, Console& console) {
  SLIMC_TRY(console.give_standard_output_to(options.trace, "--trace"));
  if (!options.trace.empty()) {
    OutputFiles file;
    file.add(options.trace, "");
    SLIMC_TRY(file.check());
  }
  SLIMC_ASSIGN(const BuiltNetwork built,
               build_network(options.model, options.compilation, console));
  SLIMC_ASSIGN(const BenchmarkResult result,
               benchmark(built, built.code().target.vector_isa, options.threads, options.runs,
                         options.stages, console));
  if (!options.trace.empty()) SLIMC_TRY(write_trace(built, options));
  if (result.fraction_of_peak() > 1) {
    console.warning({.subject = "FMA peak",
                     .message = "the network ran faster than the peak that was measured: the "
                                "machine is busy with something else, measure again"});
  }
  if (console.json()) {
    console.print_json(to_json(result, options));
  } else {
    console.print(to_text(result, options));
  }
  return {};
}

}  // namespace

void add_bench_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "bench", "Measure how fast a compiled model runs on this machine",
      "Times and multiply_adds are those of a run, which is all images of --batch.\n"
      "gmacs is billions of multiply-adds a second in the fastest run. peak_gmacs is\n"
      "what as many threads reach together in a loop of nothing but fused multiply-adds\n"
      "with the target's vectors: the best of nine measurements spread over the runs.\n"
      "--stages times each stage in as many runs more, and gives the fastest of each,\n"
      "beside what it stands against: the longer of multiply-adds / peak_gmacs and\n"
      "weights / B(network) + activations / B(stage). B(x) is the read bandwidth, measured\n"
      "in the same run, of the nearest level of memory that holds what x touches. Each\n"
      "byte counts once a thread that needs it; a kernel's repeated reads do not count.\n"
      "limit is what takes longer, arithmetic or a level's traffic; of limit is its share\n"
      "of the stage's time, 100% where nothing but a smaller limit would help.\n"
      "--trace writes what each thread did in up to ten runs more, one event a stage, run and\n"
      "thread, in Chrome's trace event format, for ui.perfetto.dev or chrome://tracing.\n"
      "\n"
      "Examples:\n"
      "  slimc bench net.ckpt --threads 1 --runs 200\n"
      "  slimc bench net.ckpt --threads 2 --stages\n"
      "  slimc bench net.ckpt --threads 2 --trace trace.json\n"
      "  slimc bench net_frozen.pb --target x86-64-v3 --json");
  add_model_options(*command, options->model);
  command->add_option("--threads", options->threads, "Threads that compute")
      ->type_name("N")
      ->check(at_least(1))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "Runs to time")
      ->type_name("N")
      ->check(at_least(1))
      ->capture_default_str();
  command->add_flag("--stages", options->stages, "Time each stage too");
  command->add_option("--trace", options->trace, "Write a trace of some runs (-: on stdout)")
      ->type_name("FILE");
  add_compilation_options(*command, options->compilation);
  add_output_options(
      *command, action,
      "threads, runs, min_ms, median_ms, p90_ms, batch, min_ms_per_image, multiply_adds, "
      "multiply_adds_per_image, gmacs, peak_gmacs, "
      "fraction_of_peak, stages [{name, kind, ms, multiply_adds, gmacs, share, "
      "fraction_of_peak, bytes, limit, limit_ms, fraction_of_limit}], "
      "read_bandwidth [{level, bytes, gb_a_second}]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return bench(*options, console); };
  });
}

}  // namespace slimc
