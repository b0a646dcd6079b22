// slimc: the program. Each subcommand is a file of its own; see command.h.
#include <execinfo.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>

#include "compiler/support/cleanup.h"
#include "compiler/support/encode.h"
#include "compiler/tools/command_line.h"

namespace {

enum ExitStatus { kFine = 0, kBadInput = 1, kWrongUsage = 2, kBrokenTool = 3 };

ExitStatus exit_status(slimc::Blame blame) {
  switch (blame) {
    case slimc::Blame::Input:
      return kBadInput;
    case slimc::Blame::Usage:
      return kWrongUsage;
    case slimc::Blame::Tool:
      return kBrokenTool;
  }
  return kBrokenTool;
}

// --help and --version come here too: CLI11 ends parsing by throwing.
int end_of_parsing(const CLI::App& app, const CLI::ParseError& end) {
  if (end.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    app.exit(end);
    if (std::cout.flush()) return kFine;
    std::fputs("slimc: error: standard output: cannot be written\n", stderr);
    return kBadInput;
  }
  const CLI::App* command = &app;
  for (const CLI::App* chosen : app.get_subcommands()) command = chosen;
  const std::string called =
      command == &app ? app.get_name() : app.get_name() + " " + command->get_name();
  std::string problems = slimc::printable(end.what());
  if (end.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    problems = slimc::unexpected_arguments(app);
  }
  std::size_t begin = 0;
  for (std::size_t next = 0; next != std::string::npos; begin = next + 1) {
    next = problems.find('\n', begin);
    const std::string line = problems.substr(begin, next - begin);
    std::fprintf(stderr, "slimc: error: %s\n", line.c_str());
  }
  std::fprintf(stderr, "Try '%s --help'.\n", called.c_str());
  return kWrongUsage;
}

int run(int argc, char** argv) try {
  slimc::Action action;
  const std::unique_ptr<CLI::App> app = slimc::make_command_line(action);
  try {
    app->parse(argc, argv);
    slimc::check_no_value_is_empty(*app);
    if (!action.run) throw CLI::RequiredError("A subcommand");
  } catch (const CLI::ParseError& end) {
    return end_of_parsing(*app, end);
  }

  slimc::Console console(action.output.json, action.output.verbose);
  slimc::Result<void> result = action.run(console);
  if (result) result = console.finish();
  if (result) return kFine;
  console.error(result.error());
  return exit_status(result.error().blame());
} catch (const std::bad_alloc&) {
  std::fputs("slimc: error: out of memory\n", stderr);
  return kBadInput;
} catch (const std::exception& broken) {
  std::fprintf(stderr, "slimc: error: internal: %s\n", slimc::printable(broken.what()).c_str());
  return kBrokenTool;
}

// Stacks as the parsers and LLVM are tested with, whatever the limit of the stack is: that decides
// on the first thread's, and by default on those of all others.
constexpr std::size_t kStackBytes = std::size_t{16} << 20;

struct Call {
  int argc;
  char** argv;
  int status;
};

void* run_on_thread(void* argument) {
  Call& call = *static_cast<Call*>(argument);
  call.status = run(call.argc, call.argv);
  return nullptr;
}

int cannot_start(const char* reason) {
  std::fprintf(stderr, "slimc: error: cannot start a thread: %s (see ulimit -a)\n", reason);
  return kBrokenTool;
}

}  // namespace

int main(int argc, char** argv) try {
  // A file that grows beyond `ulimit -f` is an error in words then (EFBIG).
  std::signal(SIGXFSZ, SIG_IGN);
  // glibc finds its unwinder when it first needs one, and aborts if there is no memory for that:
  // when "out of memory" is to be said.
  void* frame;
  (void)::backtrace(&frame, 1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  slimc::clean_up_at_signals();

  Call call = {.argc = argc, .argv = argv, .status = kBrokenTool};
  pthread_t thread;
  if (const int error = pthread_create(&thread, nullptr, run_on_thread, &call); error != 0) {
    return cannot_start(std::strerror(error));
  }
  pthread_join(thread, nullptr);
  return call.status;
} catch (const std::system_error& failed) {
  return cannot_start(failed.what());
}
