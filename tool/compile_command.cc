// slimc compile: MODEL to libNAME.a, NAME.h and NAME.cc.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "compiler/build/compile_libraries.h"
#include "compiler/passes/passes.h"
#include "compiler/text/write_header.h"
#include "support/encode.h"
#include "support/files.h"
#include "support/input_files.h"
#include "tool/command.h"
#include "tool/model_options.h"
#include "tool/pkg_config_file.h"
#include "tool/table.h"

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
  for (const std::string_view step : steps_behind_passes()) names.emplace_back(step);
  names.emplace_back(kAll);
  return names;
}

struct WrittenFiles {
  std::filesystem::path library, header, source;
  std::filesystem::path weights, pkg_config, depfile;  // empty: not wanted
};

// A folder for each --target where there are several: "DIR/x86-64-v3".
std::filesystem::path folder_of(const Options& options, std::size_t target) {
  const std::vector<std::string>& targets = options.compilation.targets;
  return targets.size() == 1 ? options.folder : options.folder / targets[target];
}

WrittenFiles files_of(const std::string& name, const Options& options, std::size_t target) {
  const std::filesystem::path folder = folder_of(options, target);
  return {.library = folder / ("lib" + name + ".a"),
          .header = folder / (name + ".h"),
          .source = folder / (name + ".cc"),
          .weights = options.compilation.compile.library.external_weights
                         ? folder / (name + ".weights")
                         : "",
          .pkg_config = options.pkg_config ? folder / (name + ".pc") : "",
          .depfile = options.depfile};
}

// Before minutes are spent on kernels. `inputs` are those so far.
Result<void> check_writable(const WrittenFiles& paths,
                            const std::set<std::filesystem::path>& inputs) {
  if (!paths.depfile.empty()) SLIMC_TRY(depfile({paths.library}, inputs));
  OutputFiles files;
  for (const auto& path : {paths.library, paths.header, paths.source, paths.weights,
                           paths.pkg_config, paths.depfile}) {
    if (!path.empty()) files.add(path, "");
  }
  return files.check();
}

// `inputs` are what the library was made from.
Result<void> write_library(const CompiledLibrary& library, const WrittenFiles& paths,
                           const std::set<std::filesystem::path>& inputs) {
  OutputFiles files;
  files.add(paths.header, library.header);
  files.add(paths.source, library.source);
  if (!paths.weights.empty()) files.add(paths.weights, library.weights_content);
  if (!paths.pkg_config.empty()) {
    files.add(paths.pkg_config, pkg_config_file(library));
  }
  if (!paths.depfile.empty()) {
    SLIMC_ASSIGN(std::string rule, depfile({paths.library}, inputs));
    files.add(paths.depfile, std::move(rule));
  }
  // Last, as what Make and Ninja look at: once it is new, all else is.
  files.add(paths.library, library.archive);
  return files.commit();
}

// What compiling a stage's kernels took; two stages with equal kernels name the same ones.
struct StageCost {
  bool cached = true;
  double seconds = 0;
};

StageCost cost_of(const Stage& stage, const std::vector<CompiledKernel>& kernels) {
  StageCost cost;
  for (const StageVariant& variant : stage.variants) {
    const CompiledKernel& compiled = kernels[static_cast<std::size_t>(variant.kernel)];
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

std::vector<std::string> names_of(const std::vector<TargetPlan>& targets) {
  std::vector<std::string> names;
  for (const TargetPlan& code : targets) names.push_back(code.target.name);
  return names;
}

// How many kernels of a library were compiled for it, how many found.
struct KernelCount {
  std::size_t compiled = 0, shared = 0, cached = 0;
  std::size_t all() const { return compiled + shared + cached; }
};

KernelCount count_kernels(const CompiledLibrary& library) {
  KernelCount count;
  for (const std::vector<CompiledKernel>& kernels : library.kernels) {
    for (const CompiledKernel& kernel : kernels) {
      ++(kernel.shared ? count.shared : kernel.cached ? count.cached : count.compiled);
    }
  }
  return count;
}

Json to_json(const CompiledLibrary& library, std::size_t target) {
  const TargetPlan& code = library.targets[target];
  Json stages = Json::array();
  for (const Stage& stage : code.plan.stages) {
    const StageCost cost = cost_of(stage, library.kernels[target]);
    stages.push_back({{"name", stage.name},
                      {"kind", name_of(stage.shape.kind)},
                      {"cached", cost.cached},
                      {"seconds", cost.seconds}});
  }
  return {{"name", code.target.name},
          {"halide", code.target.halide},
          {"arena_bytes", code.plan.arena_bytes},
          {"weights_bytes", code.plan.weights_bytes},
          {"rounded_weights", to_json(library.rounding)},
          {"stages", stages}};
}

Json to_json(const CompiledLibrary& library, const WrittenFiles& files) {
  const Plan& plan = library.plan();
  Json targets = Json::array();
  for (std::size_t i = 0; i < library.targets.size(); ++i) targets.push_back(to_json(library, i));
  const KernelCount kernels = count_kernels(library);
  return {
      {"name", plan.name},
      {"targets", targets},
      {"library", files.library.string()},
      {"header", files.header.string()},
      {"source", files.source.string()},
      {"weights", files.weights.empty() ? Json(nullptr) : Json(files.weights.string())},
      {"labels", library.labels.empty() ? Json(nullptr) : Json(library.labels.file)},
      {"library_bytes", library.archive.size()},
      {"weights_bytes", library.weights_bytes()},
      {"memory_bytes", memory_bytes(library, 1)},
      {"kernels",
       {{"compiled", kernels.compiled}, {"shared", kernels.shared}, {"cached", kernels.cached}}},
      {"seconds", library.seconds}};
}

std::string to_text(const CompiledLibrary& library, const WrittenFiles& files) {
  constexpr double kMegabyte = 1e6;
  const KernelCount kernels = count_kernels(library);
  std::string text;
  for (const auto& file : {files.library, files.header, files.source, files.weights}) {
    if (!file.empty()) text += printable(file.string()) + "\n";
  }
  for (const TargetPlan& code : library.targets) {
    text += fmt::format("{} for {}: {} stages from {} kernels\n{}", code.plan.name,
                        printable(code.target.halide), code.plan.stages.size(),
                        code.plan.kernels.size(), to_text(library.rounding));
  }
  return text + fmt::format(
                    "{} kernels ({} of them cached) in {:.2f} s\n"
                    "{:.2f} MB library, {:.2f} MB {}weights; {:.2f} MB of memory\n",
                    kernels.all(), kernels.cached, library.seconds,
                    static_cast<double>(library.archive.size()) / kMegabyte,
                    static_cast<double>(library.weights_bytes()) / kMegabyte,
                    files.weights.empty() ? "of it " : "of ",
                    static_cast<double>(memory_bytes(library, 1)) / kMegabyte);
}

// What the table of several libraries says about one.
struct Finished {
  std::string name, targets;
  Json json;
  KernelCount kernels;
  std::int64_t library_bytes = 0, beyond_weights = 0;
  std::int64_t memory = 0;  // of an instance with one thread
  double seconds = 0;       // from the beginning of the first
};

Finished finished(const CompiledLibrary& library, const WrittenFiles& files) {
  const auto bytes = static_cast<std::int64_t>(library.archive.size());
  return {.name = library.plan().name,
          .targets = fmt::format("{}", fmt::join(names_of(library.targets), ",")),
          .json = to_json(library, files),
          .kernels = count_kernels(library),
          .library_bytes = bytes,
          .beyond_weights = files.weights.empty() ? bytes - library.weights_bytes() : bytes,
          .memory = memory_bytes(library, 1),
          .seconds = library.seconds};
}

std::string to_text(const std::vector<Finished>& rows) {
  using Align = Table::Align;
  Table table({{"model"},
               {"target"},
               {"compiled", Align::Right},
               {"shared", Align::Right},
               {"cached", Align::Right},
               {"library bytes", Align::Right},
               {"beyond weights", Align::Right},
               {"memory bytes", Align::Right},
               {"done after s", Align::Right}});
  for (const Finished& row : rows) {
    table.add({row.name, row.targets, std::to_string(row.kernels.compiled),
               std::to_string(row.kernels.shared), std::to_string(row.kernels.cached),
               grouped(row.library_bytes), grouped(row.beyond_weights), grouped(row.memory),
               fmt::format("{:.1f}", row.seconds)});
  }
  return table.to_string();
}

// What of the models can be compiled at all, with its files; the problems of the rest.
struct Requests {
  std::vector<LibraryRequest> requests;
  std::vector<WrittenFiles> files;  // like requests
  Diagnostics problems;
};

Requests load_models(const Options& options, const std::vector<CompileOptions>& targets,
                     const AfterStep& after, const InputFiles& inputs, Console& console) {
  Requests batch;
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
    for (std::size_t i = 0; i < targets.size(); ++i) {
      SLIMC_TRY(check_writable(files_of(graph.name, options, i), inputs.files()));
    }
    const auto shared = std::make_shared<const Graph>(std::move(graph));
    for (std::size_t i = 0; i < targets.size(); ++i) {
      batch.requests.push_back(request_for(shared, targets[i], after));
      batch.files.push_back(files_of(shared->name, options, i));
    }
    return {};
  };
  std::vector<std::string> models = options.more;
  models.insert(models.begin(), options.model.request.model);
  for (const std::string& model : models) {
    if (Result<void> loaded = load(model); !loaded) batch.problems.add(std::move(loaded).error());
  }
  return batch;
}

Result<void> check_options(const Options& options) {
  Diagnostics problems;
  if (!options.more.empty() && !options.for_one.empty()) {
    problems.add({.message = fmt::format("{} is for one model, found {} models", options.for_one[0],
                                         options.more.size() + 1),
                  .blame = Blame::Usage});
  }
  const std::vector<std::string>& targets = options.compilation.targets;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (std::find(targets.begin(), targets.begin() + static_cast<std::ptrdiff_t>(i), targets[i]) !=
        targets.begin() + static_cast<std::ptrdiff_t>(i)) {
      problems.add({.message = fmt::format("--target {} is given twice", targets[i]),
                    .blame = Blame::Usage});
    }
  }
  if (targets.size() > 1 && !options.depfile.empty()) {
    problems.add(
        {.message = fmt::format("--depfile is for one library, found {} --target", targets.size()),
         .blame = Blame::Usage});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// What cannot be compiled does not stop the others; its problems are the result.
Result<void> compile(const Options& options, Console& console) {
  const InputFiles inputs;
  SLIMC_TRY(check_options(options));
  SLIMC_TRY(console.give_standard_output_to(options.depfile, "--depfile"));
  SLIMC_ASSIGN(const std::vector<CompileOptions> targets, resolve(options.compilation));
  const bool one = options.more.empty() && targets.size() == 1;
  AfterStep after;
  if (!options.dump_after.empty()) {
    after = [&](std::string_view step, const std::function<std::string()>& print) {
      if (options.dump_after != kAll && options.dump_after != step) return;
      console.dump(fmt::format("# after {}\n{}", step, print()));
    };
  }
  Requests batch = load_models(options, targets, after, inputs, console);
  std::vector<std::optional<Finished>> done(batch.files.size());
  std::string text_of_one;
  const auto write = [&](std::size_t request, CompiledLibrary& library) -> Result<void> {
    SLIMC_TRY(write_library(library, batch.files[request], inputs.files()));
    done[request] = finished(library, batch.files[request]);
    if (one) text_of_one = to_text(library, batch.files[request]);
    library = {};  // sixteen of them are much memory
    return {};
  };
  SLIMC_ASSIGN(auto results,
               compile_libraries(std::move(batch.requests), targets.front().tools, console, write));
  std::vector<Finished> rows;
  std::set<std::string> told;
  Json libraries = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    // What stops a model for one target most often stops it for the others in the same words.
    if (!results[i]) {
      for (const Diagnostic& problem : results[i].error().list()) {
        if (told.insert(problem.to_string()).second) batch.problems.add(problem);
      }
    }
    if (!done[i]) continue;
    libraries.push_back(done[i]->json);
    rows.push_back(std::move(*done[i]));
  }
  if (console.json()) {
    if (!one) {
      console.print_json({{"libraries", libraries}});
    } else if (!rows.empty()) {
      console.print_json(rows[0].json);
    }
  } else if (!rows.empty()) {
    console.print(one ? text_of_one : to_text(rows));
  }
  if (!batch.problems.empty()) return Failure(std::move(batch.problems));
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
      "A list of targets is for one library that chooses when it runs. Several --target\n"
      "are for several libraries, each in a folder of DIR called like its target.\n"
      "\n"
      "Labels are lines of text, one a class, with or without the WordNet id in\n"
      "front, or Keras' imagenet_class_index.json: as many as classes. 1000 labels for\n"
      "slim's 1001 classes are aligned, class 0 is \"background\", and slimc says so.\n"
      "\n"
      "Examples:\n"
      "  slimc compile mobilenet_v1_1.0_224.ckpt -o out\n"
      "  slimc compile mobilenet_v1_1.0_224_frozen.pb -o out --target arm64\n"
      "  slimc compile mobilenet.h5 --labels imagenet_class_index.json -o out\n"
      "  slimc compile net.ckpt -o out --target x86-64-v4,x86-64-v3,x86-64\n"
      "  slimc compile net.ckpt -o out --weights external\n"
      "  slimc compile net.ckpt -o out --target arm64-baremetal --no-threads\n"
      "  slimc compile a.ckpt b.ckpt c.pb -o out --target x86-64-v3 --target arm64\n"
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
                   "read for it (-: on stdout)")
      ->type_name("FILE");
  command->add_flag("--pkg-config", options->pkg_config,
                    "Write NAME.pc beside the library, for pkg-config --cflags --libs");
  command
      ->add_option_function<std::string>(
          "--weights",
          [options](const std::string& where) {
            options->compilation.compile.library.external_weights = where == "external";
          },
          "Weights are constants of the library, or a file beside it, NAME.weights, which a "
          "program maps, or has elsewhere, as in flash")
      ->type_name("embedded|external")
      ->check(one_of({"embedded", "external"}))
      ->default_str("embedded")
      ->group("Compilation");
  command
      ->add_flag("--no-threads", options->compilation.compile.library.no_threads,
                 "A library that needs no pthreads and no files, as for Windows and -baremetal")
      ->group("Compilation");
  add_labels_option(*command, options->compilation);
  add_compilation_options(*command, options->compilation);
  add_output_options(
      *command, action,
      "name, targets [{name, halide, arena_bytes, weights_bytes, rounded_weights "
      "{count, to_subnormal, to_zero}, stages [{name, kind, cached, seconds}]}], "
      "library, header, source, weights, labels, library_bytes, weights_bytes, memory_bytes, "
      "kernels {compiled, shared, cached}, seconds; for several: libraries [the "
      "same]");
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
