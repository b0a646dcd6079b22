// slimc compile: MODEL to libNAME.a, NAME.h and NAME.cc.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <memory>
#include <optional>

#include "compiler/passes/passes.h"
#include "compiler/support/files.h"
#include "compiler/support/input_files.h"
#include "compiler/tools/command.h"
#include "compiler/tools/model_options.h"
#include "compiler/tools/pkg_config_file.h"
#include "compiler/tools/table.h"

namespace slimc {
namespace {

struct Options {
  ModelOptions model;
  std::vector<std::string> more;  // models
  CompilationOptions compilation;
  std::filesystem::path folder;
  std::vector<std::string> for_one;  // options given that make sense for one model only
  std::string dump_after;
  std::filesystem::path depfile;  // empty: none
  bool pkg_config = false;
};

constexpr char kAll[] = "all";

// The passes' and steps' names and "all", for --dump-after.
std::vector<std::string> dump_points() {
  std::vector<std::string> names;
  for (const Pass& pass : pipeline()) names.emplace_back(pass.name);
  for (const std::string_view step : kCodegenSteps) names.emplace_back(step);
  names.emplace_back(kAll);
  return names;
}

struct WrittenFiles {
  std::filesystem::path library, header, source;
  std::filesystem::path pkg_config, depfile;  // empty: not wanted
};

WrittenFiles files_of(const std::string& name, const Options& options) {
  const std::filesystem::path& folder = options.folder;
  return {.library = folder / ("lib" + name + ".a"),
          .header = folder / (name + ".h"),
          .source = folder / (name + ".cc"),
          .pkg_config = options.pkg_config ? folder / (name + ".pc") : "",
          .depfile = options.depfile};
}

// Before minutes are spent on kernels.
Result<void> check_writable(const WrittenFiles& paths) {
  OutputFiles files;
  for (const auto& path :
       {paths.library, paths.header, paths.source, paths.pkg_config, paths.depfile}) {
    if (!path.empty()) files.add(path, "");
  }
  return files.check();
}

// `inputs` are what the library was made from.
Result<void> write_library(const Library& library, const Target& target, const WrittenFiles& paths,
                           const std::set<std::filesystem::path>& inputs) {
  OutputFiles files;
  files.add(paths.library, library.archive);
  files.add(paths.header, library.header);
  files.add(paths.source, library.source);
  if (!paths.pkg_config.empty()) {
    files.add(paths.pkg_config, pkg_config_file(library.plan.name, target));
  }
  if (!paths.depfile.empty()) files.add(paths.depfile, depfile({paths.library}, inputs));
  return files.commit();
}

// What compiling a stage's kernels took; two stages with equal kernels name the same ones.
struct StageCost {
  bool cached = true;
  double seconds = 0;
};

StageCost cost_of(const Stage& stage, const Library& library) {
  StageCost cost;
  for (const int kernel : {stage.kernel, stage.kernel_u8}) {
    if (kernel < 0) continue;
    const CompiledKernel& compiled = library.kernels[static_cast<std::size_t>(kernel)];
    cost.cached = cost.cached && compiled.cached;
    cost.seconds += compiled.seconds;
  }
  return cost;
}

// Null where all weights are stored as they are.
Json to_json(const std::optional<WeightRounding>& rounding) {
  if (!rounding) return nullptr;
  return {{"count", rounding->weights},
          {"to_subnormal", rounding->to_subnormal},
          {"to_zero", rounding->to_zero}};
}

std::string to_text(const std::optional<WeightRounding>& rounding) {
  if (!rounding) return "";
  return fmt::format(
      "{} weights as 16-bit floats, {} of them rounded to subnormal numbers, {} to "
      "zero\n",
      grouped(rounding->weights), grouped(rounding->to_subnormal), grouped(rounding->to_zero));
}

Json to_json(const Library& library, const Target& target, const WrittenFiles& files) {
  const Plan& plan = library.plan;
  Json stages = Json::array();
  for (const Stage& stage : plan.stages) {
    const StageCost cost = cost_of(stage, library);
    stages.push_back({{"name", stage.name},
                      {"kind", name_of(stage.shape.kind)},
                      {"cached", cost.cached},
                      {"seconds", cost.seconds}});
  }
  return {{"name", plan.name},
          {"target", target.halide},
          {"library", files.library.string()},
          {"header", files.header.string()},
          {"source", files.source.string()},
          {"labels", plan.labels.empty() ? Json(nullptr) : Json(plan.labels.file)},
          {"library_bytes", library.archive.size()},
          {"arena_bytes", plan.arena_bytes},
          {"weights_bytes", plan.weights.size()},
          {"rounded_weights", to_json(library.rounding)},
          {"seconds", library.seconds},
          {"stages", stages}};
}

std::string to_text(const Library& library, const Target& target, const WrittenFiles& files) {
  const Plan& plan = library.plan;
  std::size_t cached = 0;
  for (const CompiledKernel& kernel : library.kernels) cached += kernel.cached ? 1 : 0;
  constexpr double kMegabyte = 1e6;
  return fmt::format(
      "{}\n{}\n{}\n"
      "{} for {}: {} stages from {} kernels ({} of them cached) in {:.2f} s\n"
      "{:.2f} MB library, {:.2f} MB of it weights; {:.2f} MB of memory for activations\n{}",
      files.library.string(), files.header.string(), files.source.string(), plan.name,
      target.halide, plan.stages.size(), library.kernels.size(), cached, library.seconds,
      static_cast<double>(library.archive.size()) / kMegabyte,
      static_cast<double>(plan.weights.size()) / kMegabyte,
      static_cast<double>(plan.arena_bytes) / kMegabyte, to_text(library.rounding));
}

// What the table of several models says about one.
struct Finished {
  std::string name;
  Json json;
  std::size_t compiled = 0, shared = 0, cached = 0;  // kernels
  std::size_t library_bytes = 0, beyond_weights = 0;
  std::int64_t memory = 0;  // of an instance with one thread
  double seconds = 0;       // from the beginning of the first
};

Finished finished(const Library& library, const Target& target, const WrittenFiles& files) {
  Finished row = {.name = library.plan.name,
                  .json = to_json(library, target, files),
                  .library_bytes = library.archive.size(),
                  .beyond_weights = library.archive.size() - library.plan.weights.size(),
                  .memory = memory_bytes(library.plan, 1),
                  .seconds = library.seconds};
  for (const CompiledKernel& kernel : library.kernels) {
    ++(kernel.shared ? row.shared : kernel.cached ? row.cached : row.compiled);
  }
  row.json["kernels"] = {
      {"compiled", row.compiled}, {"shared", row.shared}, {"cached", row.cached}};
  row.json["memory_bytes"] = row.memory;
  return row;
}

std::string to_text(const std::vector<Finished>& rows) {
  using Align = Table::Align;
  Table table({{"model"},
               {"compiled", Align::Right},
               {"shared", Align::Right},
               {"cached", Align::Right},
               {"library bytes", Align::Right},
               {"beyond weights", Align::Right},
               {"memory bytes", Align::Right},
               {"done after s", Align::Right}});
  for (const Finished& row : rows) {
    table.add({row.name, std::to_string(row.compiled), std::to_string(row.shared),
               std::to_string(row.cached), grouped(static_cast<std::int64_t>(row.library_bytes)),
               grouped(static_cast<std::int64_t>(row.beyond_weights)), grouped(row.memory),
               fmt::format("{:.1f}", row.seconds)});
  }
  return table.to_string();
}

// What of a batch can be compiled at all, with its files; the problems of the rest.
struct Batch {
  std::vector<Graph> graphs;
  std::vector<WrittenFiles> files;
  Diagnostics problems;
};

Batch load_batch(const Options& options, Console& console) {
  Batch batch;
  std::map<std::string, std::string> names;  // and the model that has it
  const auto load = [&](const std::string& model) -> Result<void> {
    frontend::ModelRequest request = options.model.request;
    request.model = model;
    SLIMC_ASSIGN(Graph graph, frontend::load_model(request, console));
    const auto [other, fresh] = names.try_emplace(graph.name, model);
    if (!fresh) {
      return fail({.file = model,
                   .message = fmt::format("its library would be called '{}', as that of {} is",
                                          graph.name, other->second)});
    }
    const WrittenFiles files = files_of(graph.name, options);
    SLIMC_TRY(check_writable(files));
    batch.files.push_back(files);
    batch.graphs.push_back(std::move(graph));
    return {};
  };
  std::vector<std::string> models = options.more;
  models.insert(models.begin(), options.model.request.model);
  for (const std::string& model : models) {
    if (Result<void> loaded = load(model); !loaded) batch.problems.add(std::move(loaded).error());
  }
  return batch;
}

// A broken model does not stop the others; its problems are the result.
Result<void> compile_several(const Options& options, Console& console) {
  if (!options.for_one.empty()) {
    return fail({.message = fmt::format("{} is for one model, found {} models", options.for_one[0],
                                        options.more.size() + 1),
                 .blame = Blame::Usage});
  }
  SLIMC_ASSIGN(const CompileOptions compile_options, resolve(options.compilation));
  Batch batch = load_batch(options, console);
  std::vector<std::optional<Finished>> done(batch.graphs.size());
  const auto write = [&](std::size_t model, Library& library) -> Result<void> {
    SLIMC_TRY(write_library(library, compile_options.target, batch.files[model], {}));
    done[model] = finished(library, compile_options.target, batch.files[model]);
    library = {};  // sixteen of them are much memory
    return {};
  };
  SLIMC_ASSIGN(auto results, compile_libraries(batch.graphs, compile_options, console, write));
  std::vector<Finished> rows;
  Json models = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) batch.problems.add(std::move(results[i]).error());
    if (!done[i]) continue;
    models.push_back(done[i]->json);
    rows.push_back(std::move(*done[i]));
  }
  if (console.json()) {
    console.print_json({{"models", models}});
  } else if (!rows.empty()) {
    console.print(to_text(rows));
  }
  if (!batch.problems.empty()) return Failure(std::move(batch.problems));
  return {};
}

Result<void> compile(const Options& options, Console& console) {
  if (!options.more.empty()) return compile_several(options, console);
  const InputFiles inputs;
  SLIMC_ASSIGN(const CompileOptions compile_options, resolve(options.compilation));
  SLIMC_ASSIGN(const Graph graph, frontend::load_model(options.model.request, console));
  const WrittenFiles files = files_of(graph.name, options);
  SLIMC_TRY(check_writable(files));
  const auto dump = [&](std::string_view step, const auto& after) {
    if (options.dump_after != kAll && options.dump_after != step) return;
    console.dump(fmt::format("# after {}\n{}", step, print(after)));
  };
  SLIMC_ASSIGN(const Library library,
               compile_library(graph, compile_options, console, {dump, dump}));
  SLIMC_TRY(write_library(library, compile_options.target, files, inputs.files()));
  if (console.json()) {
    console.print_json(to_json(library, compile_options.target, files));
  } else {
    console.print(to_text(library, compile_options.target, files));
  }
  return {};
}

}  // namespace

void add_compile_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "compile", "Compile a model into libNAME.a, NAME.h and NAME.cc",
      "All files appear together or, if anything fails, not at all. Several\n"
      "models have the same options and share kernels that are equal; one that fails\n"
      "does not stop the others, but the exit status says so.\n"
      "\n"
      "Labels are lines of text, one a class, with or without the WordNet id in\n"
      "front, or Keras' imagenet_class_index.json. If there is one too few, class 0\n"
      "is \"background\"; if there is one too many, a first \"background\" is left out.\n"
      "\n"
      "Examples:\n"
      "  slimc compile mobilenet_v1_1.0_224.ckpt -o out\n"
      "  slimc compile mobilenet_v1_1.0_224_frozen.pb -o out --target arm64\n"
      "  slimc compile mobilenet.h5 --labels imagenet_class_index.json -o out\n"
      "  slimc compile a.ckpt b.ckpt c.pb -o out --target x86-64-v3\n"
      "  slimc compile net_eval.pbtxt --checkpoint net.ckpt --name mynet -o out\n"
      "  slimc compile net.ckpt -o out --dump-after=fold_batch_norm");
  add_model_options(*command, options->model);
  command->add_option("MORE", options->more, "Further models, compiled in the same call")
      ->type_name("");
  command->add_option("-o,--output", options->folder, "Folder for the files; made if missing")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--depfile", options->depfile,
                   "Write a rule for Make and Ninja: the library depends on every file that was "
                   "read for it")
      ->type_name("FILE");
  command->add_flag("--pkg-config", options->pkg_config,
                    "Write NAME.pc beside the library, for pkg-config --cflags --libs");
  add_labels_option(*command, options->compilation);
  add_compilation_options(*command, options->compilation);
  add_output_options(*command, action,
                     "name, target, library, header, source, labels, library_bytes, arena_bytes, "
                     "weights_bytes, rounded_weights {count, to_subnormal, to_zero}, seconds, "
                     "stages [{name, kind, cached, seconds}]; for several models: models "
                     "[{the same, kernels {compiled, shared, cached}, memory_bytes}]");
  command
      ->add_option("--dump-after", options->dump_after,
                   "Print the graph or plan as it is after this step, or after each, to stderr: " +
                       fmt::format("{}", fmt::join(dump_points(), ", ")))
      ->type_name("PASS|all")
      ->check(one_of(dump_points()))
      ->group("Output");
  command->callback([options, command, &action] {
    for (const char* name : {"--name", "--sha256", "--checkpoint", "--signature", "--input-node",
                             "--output-node", "--depfile", "--dump-after"}) {
      if (command->count(name) > 0) options->for_one.emplace_back(name);
    }
    action.run = [options](Console& console) { return compile(*options, console); };
  });
}

}  // namespace slimc
