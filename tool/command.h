// The subcommands. Each lives in a file of its own name, adds itself to the command line with its
// options and help, and leaves in `action` what is to be done if the user chose it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "support/result.h"
#include "tool/console.h"

namespace slimc {

// What every subcommand understands.
struct OutputOptions {
  bool json = false;
  bool verbose = false;
};

// The chosen subcommand, ready to run.
struct Action {
  OutputOptions output;
  std::function<Result<void>(Console&)> run;
};

void add_compile_command(CLI::App& app, Action& action);  // files of a library
void add_inspect_command(CLI::App& app, Action& action);  // what the network consists of
void add_run_command(CLI::App& app, Action& action);      // photos or arrays through the network
void add_verify_command(CLI::App& app, Action& action);   // compiled code against double precision
void add_bench_command(CLI::App& app, Action& action);    // how fast it is
void add_tune_command(CLI::App& app, Action& action);     // faster schedules, and their records
void add_init_command(CLI::App& app, Action& action);     // any network of the family, untrained
void add_zoo_command(CLI::App& app, Action& action);      // the published networks
void add_fetch_command(CLI::App& app, Action& action);    // one of them, from its server
void add_targets_command(CLI::App& app, Action& action);  // what --target takes

// Creates a subcommand; the footer explains and ends in examples, one command a line.
CLI::App* add_subcommand(CLI::App& app, const std::string& name, const std::string& description,
                         const std::string& footer);

// Adds --json and --verbose; `json_keys` says what --json prints.
void add_output_options(CLI::App& command, Action& action, const std::string& json_keys);

// For options that have a fixed set of values.
CLI::Validator one_of(const std::vector<std::string>& values);

// Accepts any text: the values are those that a shell's completion proposes.
CLI::Validator propose(const std::vector<std::string>& values);

// The values of one_of() and propose(), for completion; empty if the option has neither.
std::vector<std::string> values_of(CLI::Option& option);

// What of a command line nobody takes, a line each, with the names that may have been meant. Behind
// a failed parse().
std::string unexpected_arguments(const CLI::App& app);

// For options that count something, and for those that measure something.
CLI::Validator at_least(int minimum);
CLI::Validator positive();

}  // namespace slimc
