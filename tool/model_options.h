// The options that say which model is meant and how it is to be compiled, shared by the
// subcommands that take a MODEL.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

#include "compiler/build/compile_options.h"
#include "frontend/frontend.h"
#include "ir/graph.h"
#include "schedules/records/record.h"
#include "tool/console.h"

namespace slimc {

struct ModelOptions {
  frontend::ModelRequest request;
};

struct CompilationOptions {
  // Each a target or, for one library with kernels for several, a list of them.
  std::vector<std::string> targets = {"host"};
  std::string schedule = "tiling";
  std::string weights_type = "f32";
  std::string arithmetic = "f32";
  std::string accumulate;        // empty: f32
  std::filesystem::path labels;  // empty: none
  // Files of schedule records that come before the checked-in ones; "none" alone: the tiling model
  // for all.
  std::vector<std::filesystem::path> records;
  CompileOptions compile;
};

// MODEL, --checkpoint, --sha256, --name, --variables, --signature, --input-node, --output-node,
// --batch, --resolution, --input, --order. Where `array` is given, --input also takes the file of
// an array, which is stored there.
void add_model_options(CLI::App& command, ModelOptions& options,
                       std::filesystem::path* array = nullptr);

// --target, --weights-type, --arithmetic, --accumulate, --schedule, --records, --cache-dir, --jobs,
// --time-limit.
void add_compilation_options(CLI::App& command, CompilationOptions& options);

// --labels, for the subcommands to which classes have names.
void add_labels_option(CLI::App& command, CompilationOptions& options);

// "224" is 224x224; "192x256" is height x width. Nothing if it is neither.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_resolution(const std::string& text);

// An option of the form N|HxW. `store` is called with a resolution that made sense.
CLI::Option* add_resolution_option(CLI::App& command,
                                   std::function<void(std::pair<std::int64_t, std::int64_t>)> store,
                                   const std::string& description);

// What the compiler takes, with targets and schedule understood and the labels read: for each
// --target.
Result<std::vector<CompileOptions>> resolve(const CompilationOptions& options);

// The records of all files of --records. Nothing for "none".
Result<std::vector<ScheduleRecord>> read_record_options(const CompilationOptions& options,
                                                        Reporter& reporter);

// For subcommands that run what they compile: there must be one --target, and it, or the last of
// its list, must fit this machine.
Result<CompileOptions> resolve_for_this_machine(const CompilationOptions& options);

}  // namespace slimc
