// slimc: the program. Each subcommand is a file of its own; see command.h.
#include <execinfo.h>
#include <llvm/Support/ErrorHandling.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <system_error>

#include "support/cleanup.h"
#include "support/encode.h"
#include "tool/command_line.h"

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

// Unwinding is no way out of this: protobuf's messages cannot be destroyed behind an allocation
// that failed, LLVM does not throw, and threads have nobody to catch. So whoever finds no memory
// says so and ends slimc, and this much is kept for doing that.
constexpr std::size_t kReserveBytes = std::size_t{4} << 20;
void* reserve = nullptr;

[[noreturn]] void end_without_memory() {
  static std::atomic_flag ending;
  while (ending.test_and_set()) ::pause();  // another thread's words are enough
  std::free(reserve);
  std::fputs("slimc: error: out of memory\n", stderr);
  slimc::clean_up_and_exit(kBadInput);
}

void on_allocation_of_llvm(void*, const char*, bool) { end_without_memory(); }

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
} catch (const std::bad_alloc&) {  // from std::vector and the like: more than can be
  end_without_memory();
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

// glibc takes the size of the largest block that was freed for one that is better kept, up to 32
// MB: weights of one library would stay beside those of the next. Sixteen libraries of four targets
// took 1060 MB so, and 720 this way.
void return_large_blocks() {
#if defined(__GLIBC__)
  constexpr int kLarge = 1 << 18;
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, kLarge);
#endif
}

}  // namespace

int main(int argc, char** argv) try {
  return_large_blocks();
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
  reserve = std::malloc(kReserveBytes);
  std::set_new_handler(end_without_memory);
  llvm::install_bad_alloc_error_handler(on_allocation_of_llvm);

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
