#include "tool/model_options.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>

#include "compiler/targets/target_text.h"
#include "frontend/labels/labels.h"
#include "schedules/records/best_tilings.h"
#include "schedules/records/record_file.h"
#include "tool/command.h"
#include "tool/pixel_options.h"

namespace slimc {
namespace {

const std::map<std::string, Scheduler>& schedulers() {
  static const std::map<std::string, Scheduler> names = {
      {"tiling", Scheduler::Tiling},
      {"adams2019", Scheduler::Adams2019},
      {"mullapudi2016", Scheduler::Mullapudi2016},
      {"li2018", Scheduler::Li2018},
  };
  return names;
}

const std::map<std::string, ElementType>& float_types() {
  static const std::map<std::string, ElementType> names = {
      {"f32", ElementType::Float32},
      {"f16", ElementType::Float16},
  };
  return names;
}

const std::map<std::string, frontend::StoredVariables>& stored_variables() {
  static const std::map<std::string, frontend::StoredVariables> names = {
      {"graph", frontend::StoredVariables::Graph},
      {"raw", frontend::StoredVariables::Raw},
      {"ema", frontend::StoredVariables::Ema},
  };
  return names;
}

template <typename T>
std::vector<std::string> names_of(const std::map<std::string, T>& values) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  return names;
}

constexpr char kNoRecords[] = "none";

Result<void> check_weights_type(const CompileOptions& options) {
  if (options.plan.precision.weights != ElementType::Float16) return {};
  Diagnostics problems;
  for (const Target& target : options.targets) {
    if (target.converts_half) continue;
    problems.add({.subject = fmt::format("target '{}'", target.name),
                  .message = fmt::format(
                      "--weights-type f16 needs an instruction that converts 16-bit floats, "
                      "and {} has none; expected x86 with f16c, as x86-64-v3 has, or arm64",
                      target.halide),
                  .blame = Blame::Usage});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

Result<void> use_arithmetic(const CompilationOptions& options, CompileOptions& resolved) {
  Precision& precision = resolved.plan.precision;
  precision.arithmetic = float_types().at(options.arithmetic);
  if (precision.arithmetic == ElementType::Float32) {
    if (options.accumulate.empty()) return {};
    return fail({.subject = fmt::format("--accumulate {}", options.accumulate),
                 .message = "is about 16-bit arithmetic; expected with --arithmetic f16",
                 .blame = Blame::Usage});
  }
  for (const Target& target : resolved.targets) {
    if (target.computes_half) continue;
    return fail(
        {.subject = fmt::format("target '{}'", target.name),
         .message = fmt::format("--arithmetic f16 needs 16-bit arithmetic, and {} has none; "
                                "expected arm64-fp16",
                                target.halide),
         .blame = Blame::Usage});
  }
  if (resolved.scheduler != Scheduler::Tiling) {
    return fail(
        {.subject = fmt::format("--schedule {}", options.schedule),
         .message = "the autoschedulers have no 16-bit arithmetic; leave out --arithmetic f16",
         .blame = Blame::Usage});
  }
  precision.weights = ElementType::Float16;
  if (!options.accumulate.empty()) precision.accumulate = float_types().at(options.accumulate);
  return {};
}

std::vector<std::string> completed_targets() {
  std::vector<std::string> names = {"host"};
  for (const std::string_view family : target_families()) names.emplace_back(family);
  return names;
}

// One of --target's values.
Result<CompileOptions> resolve(const CompilationOptions& options, const std::string& text) {
  CompileOptions resolved = options.compile;
  SLIMC_ASSIGN(resolved.targets, parse_targets(text));
  resolved.scheduler = schedulers().at(options.schedule);
  resolved.plan.precision.weights = float_types().at(options.weights_type);
  SLIMC_TRY(use_arithmetic(options, resolved));
  SLIMC_TRY(check_weights_type(resolved));
  return resolved;
}

Result<void> use_records(const CompilationOptions& options, CompileOptions& resolved) {
  if (options.records.empty()) return {};
  // A torn end was the writer's to warn of.
  SilentReporter silent;
  SLIMC_ASSIGN(const std::vector<ScheduleRecord> records, read_record_options(options, silent));
  if (records.empty() && options.records[0] == kNoRecords) {
    resolved.plan.use_checked_in_records = false;
    return {};
  }
  std::map<RecordTarget, BestTilings> best;
  for (const Target& target : resolved.targets) {
    const RecordTarget key = record_target(target.halide, target.traits);
    best.try_emplace(key, records, key);
  }
  resolved.plan.records =
      std::make_shared<const std::map<RecordTarget, BestTilings>>(std::move(best));
  return {};
}

}  // namespace

std::optional<std::pair<std::int64_t, std::int64_t>> parse_resolution(const std::string& text) {
  const auto number = [](std::string_view digits) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool all = error == std::errc() && end == digits.data() + digits.size();
    return all && value > 0 ? std::optional(value) : std::nullopt;
  };
  const std::size_t cross = text.find('x');
  const auto height = number(std::string_view(text).substr(0, cross));
  const auto width =
      cross == std::string::npos ? height : number(std::string_view(text).substr(cross + 1));
  if (!height || !width) return std::nullopt;
  return std::pair(*height, *width);
}

CLI::Option* add_resolution_option(CLI::App& command,
                                   std::function<void(std::pair<std::int64_t, std::int64_t>)> store,
                                   const std::string& description) {
  return command
      .add_option_function<std::string>(
          "--resolution",
          [store = std::move(store)](const std::string& text) {
            const auto resolution = parse_resolution(text);
            if (!resolution) {
              throw CLI::ValidationError("--resolution", "'" + text + "' is neither N nor HxW");
            }
            store(*resolution);
          },
          description)
      ->type_name("N|HxW");
}

void add_model_options(CLI::App& command, ModelOptions& options, std::filesystem::path* array) {
  frontend::ModelRequest& request = options.request;
  command
      .add_option(
          "MODEL", request.model,
          "A TensorFlow checkpoint (net.ckpt), graph (.pb, .pbtxt, .meta), frozen graph (.pb) "
          "or SavedModel folder, a Keras model (.keras, .h5), a TFLite model (.tflite) or an ONNX "
          "model "
          "(.onnx)")
      ->required()
      ->type_name("");
  const std::string group = "Model";
  command.add_option("--checkpoint", request.checkpoint, "Weights for a graph that has variables")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--sha256", request.sha256, "SHA-256 that MODEL, a single file, must have")
      ->type_name("HASH")
      ->group(group);
  command.add_option("--name", request.name, "Name of the network, instead of the file's")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--variables",
          [&request](const std::string& name) { request.variables = stored_variables().at(name); },
          "Which values of a training run's checkpoint: those that the graph restores, the raw "
          "variables, or their moving averages")
      ->type_name("graph|raw|ema")
      ->check(one_of(names_of(stored_variables())))
      ->default_str("graph")
      ->group(group);
  command
      .add_option(
          "--signature", request.signature,
          "Signature of a SavedModel or TFLite file (default serving_default, or the only one)")
      ->type_name("NAME")
      ->group(group);
  command.add_option("--input-node", request.input_node, "Node that is the image")
      ->type_name("NODE")
      ->group(group);
  command
      .add_option("--output-node", request.output_nodes,
                  "Node that is a result; given several times, the network has several outputs")
      ->type_name("NODE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group(group);
  command
      .add_option(
          "--batch", request.batch,
          "Images a run, where the graph leaves it open; if not 1, also in place of a fixed "
          "number")
      ->type_name("N")
      ->check(at_least(1))
      ->capture_default_str()
      ->group(group);
  add_resolution_option(
      command, [&request](auto resolution) { request.resolution = resolution; },
      "Size of the image, where the graph leaves it open")
      ->group(group);
  add_pixel_options(command, request, array);
}

void add_compilation_options(CLI::App& command, CompilationOptions& options) {
  const std::string group = "Compilation";
  command
      .add_option(
          "--target", options.targets,
          "host, x86-64 (SSE4.1), x86-64-v3 (AVX2), x86-64-v4 (AVX-512), arm64, arm64-dotprod, "
          "arm64-fp16, armv7-neon, with the system behind it where that is not Linux (slimc "
          "targets lists them), or a Halide target. A list, the most demanding first, is for one "
          "library that takes the first that the CPU can run")
      ->type_name("TARGET[,TARGET...]")
      ->check(propose(completed_targets()))
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->default_str("host")
      ->group(group);
  command
      .add_option("--weights-type", options.weights_type,
                  "How the weights of 1x1 convolutions are stored: as 32-bit floats, or rounded to "
                  "16-bit ones, which halves the library; the arithmetic stays 32-bit")
      ->type_name("f32|f16")
      ->check(one_of(names_of(float_types())))
      ->capture_default_str()
      ->group(group);
  command
      .add_option(
          "--arithmetic", options.arithmetic,
          "What 1x1 convolutions are computed in; f16, which is for arm64-fp16, multiplies twice "
          "as many numbers an instruction and implies --weights-type f16")
      ->type_name("f32|f16")
      ->check(one_of(names_of(float_types())))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--accumulate", options.accumulate,
                  "With --arithmetic f16: sums of 64 products at most are 16-bit floats and are "
                  "added up as 32-bit ones, or everything is 16-bit")
      ->type_name("f32|f16")
      ->check(one_of(names_of(float_types())))
      ->default_str("f32")
      ->group(group);
  command
      .add_option("--schedule", options.schedule,
                  "Who schedules the kernels: slimc's own tiling model, or one of Halide's "
                  "autoschedulers (adams2019, mullapudi2016, li2018), which are slow and for "
                  "experiments")
      ->type_name("NAME")
      ->check(one_of(names_of(schedulers())))
      ->capture_default_str()
      ->group(group);
  command
      .add_option(
          "--records", options.records,
          "Schedules measured by slimc tune, before those that slimc has of its own; may be "
          "given several times; 'none': the tiling model alone")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group(group);
  command
      .add_option("--cache-dir", options.compile.tools.cache,
                  "Compiled kernels are kept here, instead of ~/.cache/slimc")
      ->type_name("DIR")
      ->group(group);
  command
      .add_option("--jobs", options.compile.tools.jobs,
                  "Kernels compiled at a time (0: one a core)")
      ->type_name("N")
      ->check(at_least(0))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--time-limit", options.compile.tools.time_limit_seconds,
                  "Seconds that one kernel, or NAME.cc, may take to compile")
      ->type_name("SECONDS")
      ->check(at_least(1))
      ->capture_default_str()
      ->group(group);
}

void add_labels_option(CLI::App& command, CompilationOptions& options) {
  command
      .add_option("--labels", options.labels,
                  "Names of the classes, compiled into the library: lines of text, or Keras' "
                  "class index JSON")
      ->type_name("FILE")
      ->group("Model");
}

Result<std::vector<ScheduleRecord>> read_record_options(const CompilationOptions& options,
                                                        Reporter& reporter) {
  std::vector<ScheduleRecord> all;
  Diagnostics problems;
  for (const std::filesystem::path& file : options.records) {
    if (file == kNoRecords) {
      if (options.records.size() == 1) continue;
      problems.add({.subject = "--records none",
                    .message = "expected alone, without another --records",
                    .blame = Blame::Usage});
      continue;
    }
    Result<std::vector<ScheduleRecord>> records = read_records(file, reporter);
    if (records) {
      all.insert(all.end(), records->begin(), records->end());
    } else {
      problems.add(std::move(records).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return all;
}

Result<std::vector<CompileOptions>> resolve(const CompilationOptions& options) {
  std::vector<CompileOptions> all;
  Diagnostics problems;
  for (const std::string& text : options.targets) {
    if (Result<CompileOptions> resolved = resolve(options, text)) {
      all.push_back(std::move(*resolved));
    } else {
      problems.add(std::move(resolved).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  ClassLabels labels;
  if (!options.labels.empty()) {
    SLIMC_ASSIGN(labels, frontend::read_labels(options.labels));
  }
  for (CompileOptions& resolved : all) {
    SLIMC_TRY(use_records(options, resolved));
    resolved.library.labels = labels;
  }
  return all;
}

Result<CompileOptions> resolve_for_this_machine(const CompilationOptions& options) {
  if (options.targets.size() > 1) {
    return fail({.message = fmt::format("expected one --target, found {}", options.targets.size()),
                 .blame = Blame::Usage});
  }
  SLIMC_ASSIGN(const std::vector<CompileOptions> resolved, resolve(options));
  const Target least = resolved[0].targets.back();
  if (!least.is_host_compatible) {
    return fail({.subject = fmt::format("target '{}'", options.targets[0]),
                 .message = fmt::format("this machine cannot run code for {}", least.halide)});
  }
  return resolved[0];
}

}  // namespace slimc
