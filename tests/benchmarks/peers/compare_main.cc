// compare_peers: measures slimc and its peers in turn and writes the report. `run` calls it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "compiler/targets/target.h"
#include "support/files.h"
#include "support/process.h"
#include "tests/benchmarks/peers/machine.h"
#include "tests/benchmarks/peers/measure.h"
#include "tests/benchmarks/peers/peer_graph.h"
#include "tests/benchmarks/peers/report.h"
#include "tool/read_bandwidth.h"

namespace slimc::peers {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> models;
  std::vector<int> threads = {1, 2};
  std::string onnxruntime;
  fs::path output;  // report.txt, .json and .svg
  std::string note;
  int rounds = 0;  // 0: default_rounds()
  MeasureOptions measure;
};

constexpr double kQuietLoad = 0.5;

Result<Entry> slimc_entry(const std::string& target_name, bool is_reference) {
  SLIMC_ASSIGN(const Target target, parse_target(target_name));
  return Entry{.contender = {.name = "slimc " + target_name, .ours = true},
               .program = executable_folder() / "peer_slimc",
               .arguments = {"--target", target_name},
               .is_reference = is_reference,
               .isa = target.vector_isa,
               .has_peak = true};
}

Result<std::vector<Entry>> make_entries(const Options& options) {
  const fs::path folder = executable_folder();
  SLIMC_ASSIGN(Entry host, slimc_entry("host", true));
  SLIMC_ASSIGN(Entry v3, slimc_entry("x86-64-v3", false));
  Entry onnxruntime = {.contender = {.name = "onnxruntime"},
                       .program = folder / "peer_onnxruntime",
                       .arguments = {"--library", options.onnxruntime}};
  Entry opencv = {
      .contender = {.name = "opencv"}, .program = folder / "peer_opencv", .arguments = {}};
  Entry xnnpack = {
      .contender = {.name = "xnnpack"}, .program = folder / "peer_xnnpack", .arguments = {}};
  return std::vector<Entry>{host, v3, onnxruntime, opencv, xnnpack};
}

Result<std::int64_t> count_multiply_adds(const std::string& model) {
  SLIMC_ASSIGN(const Graph graph, load_peer_graph(model));
  std::int64_t sum = 0;
  for (const Op& op : graph.ops()) sum += multiply_adds(graph, op);
  return sum;
}

Result<void> write_report(const Options& options, const Comparison& comparison) {
  const std::string text = to_text(comparison);
  std::fputs(text.c_str(), stdout);
  if (options.output.empty()) return {};
  std::error_code ignored;
  fs::create_directories(options.output, ignored);
  OutputFiles files;
  files.add(options.output / "peers.txt", text);
  files.add(options.output / "peers.json", to_json(comparison));
  files.add(options.output / "peers.svg", to_svg(comparison));
  return files.commit();
}

// Whether all contenders agreed and were timed.
Result<bool> compare(Options options) {
  SLIMC_ASSIGN(const std::vector<Entry> entries, make_entries(options));
  Comparison comparison;
  comparison.circumstances = circumstances_now();
  Circumstances& c = comparison.circumstances;
  c.warmup_ms = options.measure.warmup_ms;
  c.timed_ms = options.measure.timed_ms;
  c.repeats = options.measure.repeats;
  c.inputs = options.measure.inputs;
  c.tolerance = options.measure.tolerance;
  if (!options.note.empty()) c.notes.push_back(options.note);
  if (c.load > kQuietLoad) {
    c.notes.push_back("the machine was not idle: times are not to be trusted");
    std::fprintf(stderr, "warning: load average %.2f\n", c.load);
  }
  for (const Entry& entry : entries) comparison.contenders.push_back(entry.contender);
  for (const std::string& model : options.models) {
    const std::string network = fs::path(model).stem();  // NAME.ckpt
    SLIMC_ASSIGN(const std::int64_t sum, count_multiply_adds(model));
    options.measure.rounds = options.rounds > 0 ? options.rounds : default_rounds(sum);
    for (const int threads : options.threads) {
      std::fprintf(stderr, "%s, threads: %d\n", network.c_str(), threads);
      options.measure.model = model;
      options.measure.threads = threads;
      Row row = measure_row(entries, options.measure);
      row.network = network;
      row.multiply_adds = sum;
      comparison.rows.push_back(std::move(row));
    }
  }
  for (const int threads : options.threads) {
    comparison.bandwidths.push_back(
        {.threads = threads, .levels = measure_memory_levels(entries.front().isa, threads)});
  }
  SLIMC_TRY(write_report(options, comparison));
  return problems_of(comparison).empty();
}

}  // namespace
}  // namespace slimc::peers

int main(int argc, char** argv) {
  using slimc::peers::Options;
  CLI::App app("Measures slimc and its peers in turn; see tests/benchmarks/README.md");
  Options options;
  app.add_option("models", options.models, "Checkpoints' prefixes, as slimc init writes them")
      ->required();
  app.add_option("--onnxruntime", options.onnxruntime, "libonnxruntime.so.1")->required();
  app.add_option("--threads", options.threads, "Numbers of threads")->delimiter(',');
  // Longer turns would meet the driver's limit for an answer.
  const CLI::Range turn_ms(0.0, 10'000.0);
  app.add_option("--rounds", options.rounds,
                 "How often each contender has its turn; 0: 100 for networks under 100 million "
                 "multiply-adds, 30 above")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--warmup-ms", options.measure.warmup_ms,
                 "A turn's runs before the timed ones: so long, at least one")
      ->capture_default_str()
      ->check(turn_ms);
  app.add_option("--timed-ms", options.measure.timed_ms,
                 "A turn's timed runs: so long, at least --repeats of them")
      ->capture_default_str()
      ->check(turn_ms);
  app.add_option("--repeats", options.measure.repeats, "Least number of timed runs a turn")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--inputs", options.measure.inputs, "Images in the pool")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.measure.seed, "Seed of the images");
  app.add_option("--note", options.note, "A remark for the report");
  app.add_option("-o,--output", options.output, "Folder for peers.txt, peers.json and peers.svg");
  CLI11_PARSE(app, argc, argv);
  const slimc::Result<bool> all_well = slimc::peers::compare(options);
  if (!all_well) {
    std::fprintf(stderr, "compare_peers: %s\n", all_well.error().to_string().c_str());
    return 1;
  }
  return *all_well ? 0 : 1;
}
