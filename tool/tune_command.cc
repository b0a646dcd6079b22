// slimc tune: the search for schedules, and what is done with its records.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <memory>

#include "compiler/tuning/search.h"
#include "schedules/records/best_tilings.h"
#include "schedules/records/record_file.h"
#include "schedules/records/records_source.h"
#include "support/cleanup.h"
#include "support/encode.h"
#include "support/files.h"
#include "support/temporary_folder.h"
#include "tool/command.h"
#include "tool/model_options.h"
#include "tool/network_bench.h"
#include "tool/this_machine.h"
#include "tool/tune_report.h"

namespace slimc {
namespace {

using Clock = std::chrono::steady_clock;
using Paths = std::vector<std::filesystem::path>;

struct Options {
  Paths models;
  CompilationOptions compilation;
  double budget_seconds = 600;
  std::filesystem::path output;
  std::vector<int> threads;  // empty: 1 and all cores
  std::uint32_t seed = 1;
  Paths merge, best;
  std::filesystem::path replay;
  bool compare = false;
};

// "90s", "10m", "1h30m".
std::optional<double> parse_budget(std::string_view text) {
  double seconds = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc() || number < 0 || text.empty()) return std::nullopt;
    switch (text.front()) {
      case 'h':
        seconds += 3600.0 * number;
        break;
      case 'm':
        seconds += 60.0 * number;
        break;
      case 's':
        seconds += number;
        break;
      default:
        return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

// "1,2".
std::optional<std::vector<int>> parse_threads(std::string_view text) {
  std::vector<int> threads;
  while (true) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc() || number < 1) return std::nullopt;
    if (std::find(threads.begin(), threads.end(), number) != threads.end()) return std::nullopt;
    threads.push_back(number);
    if (text.empty()) return threads;
    if (text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
  }
}

int jobs_of(const Options& options) {
  return options.compilation.compile.tools.jobs > 0 ? options.compilation.compile.tools.jobs
                                                    : cpu_cores();
}

std::vector<int> threads_of(const Options& options) {
  if (!options.threads.empty()) return options.threads;
  const int cores = cpu_cores();
  return cores > 1 ? std::vector<int>{1, cores} : std::vector<int>{1};
}

RecordTarget target_of(const CompileOptions& options) {
  return record_target(options.target().halide, options.target().traits);
}

Result<CompileOptions> resolve_for_tuning(const Options& options) {
  SLIMC_ASSIGN(CompileOptions compile, resolve_for_this_machine(options.compilation));
  if (compile.targets.size() > 1) {
    return fail({.subject = fmt::format("target '{}'", options.compilation.targets[0]),
                 .message = "schedules are measured for one target, not for a list",
                 .blame = Blame::Usage});
  }
  if (compile.plan.precision.weights != ElementType::Float32) {
    return fail({.subject = "--weights-type f16",
                 .message = "schedules are measured with 32-bit weights; leave it out",
                 .blame = Blame::Usage});
  }
  return compile;
}

Result<std::vector<std::unique_ptr<NetworkBench>>> open_networks(const Options& options,
                                                                 const CompileOptions& compile,
                                                                 Console& console) {
  std::vector<std::unique_ptr<NetworkBench>> networks;
  for (const std::filesystem::path& model : options.models) {
    frontend::ModelRequest request;
    request.model = model;
    SLIMC_ASSIGN(Graph graph, frontend::load_model(request, console));
    SLIMC_ASSIGN(auto bench, NetworkBench::open(std::move(graph), compile, console));
    networks.push_back(std::move(bench));
  }
  return networks;
}

Result<std::vector<ScheduleRecord>> read_all(const Paths& files, Console& console) {
  std::vector<ScheduleRecord> all;
  Diagnostics problems;
  for (const std::filesystem::path& file : files) {
    Result<std::vector<ScheduleRecord>> records = read_records(file, console);
    if (!records) {
      problems.add(std::move(records).error());
      continue;
    }
    all.insert(all.end(), records->begin(), records->end());
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return all;
}

Result<void> write_text(const std::filesystem::path& file, std::string text, Console& console) {
  if (file.empty()) {
    console.print(text);
    return {};
  }
  OutputFiles files;
  files.add(file, std::move(text));
  return files.commit();
}

// ---- Files of records ----

Result<void> merge(const Options& options, Console& console) {
  SLIMC_ASSIGN(const std::vector<ScheduleRecord> records, read_all(options.merge, console));
  std::string text;
  std::set<std::string> seen;  // the same measurement in two files is one
  for (const ScheduleRecord& record : records) {
    const std::string line = to_line(record);
    if (seen.insert(line).second) text += line;
  }
  return write_text(options.output, std::move(text), console);
}

Result<void> best(const Options& options, Console& console) {
  SLIMC_ASSIGN(const std::vector<ScheduleRecord> records, read_all(options.best, console));
  std::string text;
  for (const ScheduleRecord& record : best_records(records)) text += to_block(record);
  return write_text(options.output, std::move(text), console);
}

// ---- Search ----

std::string faster_words(const ComparedSchedule& model, const ComparedSchedule& tuned) {
  std::string text;
  for (std::size_t t = 0; t < model.times.network.size(); ++t) {
    const double ratio = model.times.network[t].min_us / tuned.times.network[t].min_us;
    text += fmt::format(
        "{} thread{}: {}\n", model.times.network[t].threads,
        model.times.network[t].threads == 1 ? "" : "s",
        ratio > 1
            ? fmt::format("the tuned network is {:.1f}% faster than the model's", 100 * (ratio - 1))
            : fmt::format("the tuned network is NOT faster than the model's: "
                          "it takes {:.1f}% longer",
                          100 * (1 / ratio - 1)));
  }
  return text;
}

Result<void> tune(const Options& options, Console& console) {
  SLIMC_ASSIGN(const CompileOptions compile, resolve_for_tuning(options));
  SLIMC_TRY(console.give_standard_output_to(options.output, "--output"));
  SLIMC_ASSIGN(RecordFile file, RecordFile::open(options.output, console));
  SLIMC_ASSIGN(const auto networks, open_networks(options, compile, console));
  warn_if_busy(console);

  SearchOptions search_options;
  search_options.traits = compile.target().traits;
  search_options.threads = threads_of(options);
  search_options.budget_seconds = options.budget_seconds;
  search_options.seed = options.seed;
  search_options.jobs = jobs_of(options);
  search_options.origin.slimc = SLIMC_VERSION;
  search_options.origin.cpu = cpu_model();
  search_options.origin.cores = cpu_cores();
  search_options.origin.target = target_of(compile);
  const Clock::time_point begin = Clock::now();
  search_options.seconds = [begin] {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const InterruptAwaited interrupt;
  search_options.interrupted = [&interrupt] { return interrupt.came(); };
  search_options.append = [&file](const std::vector<ScheduleRecord>& records) {
    return file.append(records);
  };
  std::vector<Bench*> benches;
  for (const auto& network : networks) benches.push_back(network.get());
  SLIMC_ASSIGN(const SearchResult result, search(benches, file.records(), search_options, console));

  if (console.json()) {
    Json list = Json::array();
    for (const SearchedNetwork& network : result.networks) {
      Json json = comparison_json(network.schedules, 1);
      Json candidates = Json::object();
      for (const auto& [stage, count] : network.candidates) candidates[stage] = count;
      list.push_back({{"name", network.name}, {"candidates", candidates}, {"comparison", json}});
    }
    console.print_json({{"rounds", result.rounds},
                        {"candidates", result.candidates},
                        {"seconds", search_options.seconds()},
                        {"interrupted", result.interrupted},
                        {"exhausted", result.exhausted},
                        {"records", options.output.string()},
                        {"networks", list}});
    return {};
  }
  std::string text = fmt::format("{} candidates in {} rounds, {:.0f} s{}; records in {}\n",
                                 result.candidates, result.rounds, search_options.seconds(),
                                 result.interrupted ? ", interrupted"
                                 : result.exhausted ? ", nothing left to try"
                                                    : "",
                                 printable(options.output.string()));
  for (const SearchedNetwork& network : result.networks) {
    text +=
        fmt::format("\n{}\n\n{}{}", printable(network.name), comparison_text(network.schedules, 1),
                    faster_words(network.schedules[0], network.schedules[1]));
  }
  console.print(text);
  return {};
}

// ---- Comparisons ----

Result<std::vector<ScheduleRecord>> records_to_show(const Options& options,
                                                    const CompileOptions& compile,
                                                    Console& console) {
  std::vector<ScheduleRecord> records;
  if (!options.replay.empty()) {
    SLIMC_ASSIGN(records, read_records(options.replay, console));
  } else {
    SLIMC_ASSIGN(records, read_record_options(options.compilation, console));
    if (options.compilation.records.empty()) records = checked_in_records();
  }
  const RecordTarget target = target_of(compile);
  std::erase_if(records, [&](const ScheduleRecord& record) { return record.target != target; });
  if (records.empty()) {
    return fail({.file = options.replay,
                 .subject = fmt::format("target '{}'", options.compilation.targets[0]),
                 .message = fmt::format("there are no records for {}", target.to_string()),
                 .blame = Blame::Usage});
  }
  return records;
}

double search_seconds(const NetworkVariant& variant, const BestTilings& best) {
  double seconds = 0;
  for (const ScheduledStage& stage : variant.stages()) {
    for (const ScoredTiling& scored : best.of(stage.shape)) {
      for (const ScheduleRecord& record : scored.records) {
        seconds = std::max(seconds, record.search_seconds);
      }
    }
  }
  return seconds;
}

Result<std::vector<ComparedSchedule>> compare_network(NetworkBench& bench, const BestTilings& best,
                                                      const Options& options,
                                                      const CompileOptions& compile,
                                                      Console& console) {
  struct Contestant {
    std::string name;
    Schedule schedule;
    Scheduler scheduler;
  };
  RecordsSource records(best, compile.target().traits);
  SLIMC_ASSIGN(const Schedule tuned, bench.schedule(&records));
  SLIMC_ASSIGN(const Schedule model, bench.schedule(nullptr));
  std::vector<Contestant> contestants = {{"tuned", tuned, Scheduler::Tiling},
                                         {"model", model, Scheduler::Tiling}};
  if (options.compare) {
    contestants.push_back({"adams2019", model, Scheduler::Adams2019});
    contestants.push_back({"mullapudi2016", model, Scheduler::Mullapudi2016});
    contestants.push_back({"li2018", model, Scheduler::Li2018});
  }
  std::vector<std::unique_ptr<NetworkVariant>> variants;
  std::vector<const Variant*> pointers;
  std::vector<double> seconds;
  for (const Contestant& contestant : contestants) {
    console.progress(fmt::format("{}: compiling with {}", bench.name(), contestant.name),
                     static_cast<int>(variants.size()), static_cast<int>(contestants.size()) + 1);
    SLIMC_ASSIGN(auto variant,
                 bench.build(contestant.schedule, contestant.scheduler, jobs_of(options)));
    seconds.push_back(variant->library().seconds);
    pointers.push_back(variant.get());
    variants.push_back(std::move(variant));
  }
  console.progress(bench.name() + ": measuring", static_cast<int>(variants.size()),
                   static_cast<int>(variants.size()) + 1);
  warn_if_busy(console);
  SLIMC_ASSIGN(std::vector<VariantTimes> times, bench.time(pointers, threads_of(options)));
  std::vector<ComparedSchedule> schedules;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    ComparedSchedule schedule = compared(contestants[i].name, *variants[i], std::move(times[i]));
    for (std::size_t s = 0; s < variants[i]->stages().size(); ++s) {
      schedule.fell_back.push_back(variants[i]->fell_back(s));
    }
    if (options.compare) schedule.compile_seconds = seconds[i];
    schedules.push_back(std::move(schedule));
  }
  if (options.compare) schedules[0].search_seconds = search_seconds(*variants[0], best);
  return schedules;
}

Result<void> compare(const Options& options, Console& console) {
  SLIMC_ASSIGN(CompileOptions compile, resolve_for_tuning(options));
  SLIMC_ASSIGN(const auto records, records_to_show(options, compile, console));
  const BestTilings best(records, target_of(compile));
  // What an autoscheduler takes is part of the table: nothing comes from the cache.
  SLIMC_ASSIGN(const TemporaryFolder cold, TemporaryFolder::create());
  if (options.compare) compile.tools.cache = cold.path();
  SLIMC_ASSIGN(const auto networks, open_networks(options, compile, console));
  Json list = Json::array();
  std::string text;
  for (const auto& network : networks) {
    SLIMC_ASSIGN(const std::vector<ComparedSchedule> schedules,
                 compare_network(*network, best, options, compile, console));
    list.push_back({{"name", network->name()}, {"comparison", comparison_json(schedules, 0)}});
    text += fmt::format("{}\n\n{}{}\n", printable(network->name()), comparison_text(schedules, 0),
                        faster_words(schedules[1], schedules[0]));
  }
  if (console.json()) {
    console.print_json({{"networks", list}});
  } else {
    console.print(text);
  }
  return {};
}

Failure wrong_usage(const std::string& message) {
  return fail({.subject = "tune", .message = message, .blame = Blame::Usage});
}

Result<void> run(const Options& options, Console& console) {
  const int others = static_cast<int>(!options.merge.empty()) +
                     static_cast<int>(!options.best.empty()) +
                     static_cast<int>(!options.replay.empty()) + static_cast<int>(options.compare);
  if (others > 1) {
    return wrong_usage("--merge, --best, --replay and --compare exclude each other");
  }
  const bool files_alone = !options.merge.empty() || !options.best.empty();
  if (files_alone && !options.models.empty()) {
    return wrong_usage("--merge and --best take files of records and no MODEL");
  }
  if (!files_alone && options.models.empty()) return wrong_usage("expected a MODEL");
  if (!options.merge.empty()) return merge(options, console);
  if (!options.best.empty()) return best(options, console);
  if (options.compare || !options.replay.empty()) return compare(options, console);
  return tune(options, console);
}

void add_other_actions(CLI::App& command, Options& options) {
  const std::string group = "Instead of a search";
  command.add_option("--merge", options.merge, "Write the records of all these files as one")
      ->type_name("FILE...")
      ->group(group);
  command
      .add_option("--best", options.best,
                  "Write one record a target and stage, that of the best schedule")
      ->type_name("FILE...")
      ->group(group);
  command
      .add_option("--replay", options.replay,
                  "Measure the best schedules of these records against the model again")
      ->type_name("FILE")
      ->group(group);
  command
      .add_flag("--compare", options.compare,
                "Measure the best records (--records), the tiling model and Halide's three "
                "autoschedulers side by side")
      ->group(group);
}

}  // namespace

void add_tune_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "tune", "Search for the fastest schedules of a model's stages on this machine",
      "Candidates are compiled in parallel, then timed one network at a time, interleaved\n"
      "with the best so far and with the tiling model's network: keep the machine idle.\n"
      "Every measurement is appended to the file of records. The same command goes on\n"
      "where the last one ended; Ctrl-C ends it and keeps what was measured. Of several\n"
      "models equal stages are measured once. The records then serve `slimc compile\n"
      "--records FILE`.\n"
      "\n"
      "A stage's score is the geometric mean of its least times with each number of\n"
      "threads. In the end the best networks run interleaved with the model's.\n"
      "\n"
      "Examples:\n"
      "  slimc tune net.ckpt --budget 10m -o records.textproto\n"
      "  slimc tune a.ckpt b.ckpt c.pb --budget 2h -o records.textproto\n"
      "  slimc tune --merge monday.textproto tuesday.textproto -o all.textproto\n"
      "  slimc tune --best all.textproto -o best.textproto\n"
      "  slimc tune net.ckpt --replay best.textproto\n"
      "  slimc tune net.ckpt --compare --records best.textproto --time-limit 60");
  command->add_option("MODEL", options->models, "Models as for slimc compile")->type_name("...");
  command
      ->add_option("-o,--output", options->output,
                   "File of records: read, then appended to (--merge, --best: written, default "
                   "stdout); -: on stdout")
      ->type_name("FILE")
      ->default_str("records.textproto");
  command
      ->add_option_function<std::string>(
          "--budget",
          [options](const std::string& text) {
            const auto seconds = parse_budget(text);
            if (!seconds) {
              throw CLI::ValidationError("--budget",
                                         "'" + text + "' is no time like 90s, 10m or 1h30m");
            }
            options->budget_seconds = *seconds;
          },
          "How long to search: 90s, 10m, 1h30m")
      ->type_name("TIME")
      ->default_str("10m");
  command
      ->add_option_function<std::string>(
          "--threads",
          [options](const std::string& text) {
            const auto threads = parse_threads(text);
            if (!threads) {
              throw CLI::ValidationError(
                  "--threads", "'" + text + "' is no list of different numbers from 1, like 1,2");
            }
            options->threads = *threads;
          },
          "Numbers of threads to measure with")
      ->type_name("N[,N]")
      ->default_str("1 and all cores");
  command->add_option("--seed", options->seed, "Seed of the order in which candidates are tried")
      ->type_name("N")
      ->capture_default_str();
  add_other_actions(*command, *options);
  add_compilation_options(*command, options->compilation);
  add_output_options(*command, action,
                     "rounds, candidates, seconds, interrupted, exhausted, records, networks "
                     "[{name, candidates {stage}, comparison {schedules [{name, search_seconds, "
                     "compile_seconds}], base, threads [{threads, network {schedule {min_us, "
                     "median_us}}, stages [{name, min_us {schedule}, failed}], mean_ratio "
                     "{schedule}}]}}]; of --replay and --compare networks alone");
  command->callback([options, &action] {
    if (options->output.empty() && options->merge.empty() && options->best.empty()) {
      options->output = "records.textproto";
    }
    action.run = [options](Console& console) { return run(*options, console); };
  });
}

}  // namespace slimc
