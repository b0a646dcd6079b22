#include "frontend/keras/read_hdf5.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <chrono>
#include <csignal>
#include <system_error>

#include "compiler/support/files.h"
#include "compiler/support/unique_fd.h"
#include "frontend/keras/hdf5/limits.h"

namespace slimc::frontend {
namespace fs = std::filesystem;
namespace {

// slimc-hdf5 stops itself after kMaxSeconds of work; this is for machines that have other work too.
constexpr std::chrono::seconds kWallLimit{60};

// Beside the running program, as installed; a build's tests run from a folder beside its bin/.
fs::path reader_program() {
  const fs::path beside = executable_folder() / "slimc-hdf5";
  const fs::path in_build = executable_folder() / ".." / "bin" / "slimc-hdf5";
  std::error_code ignored;
  return !fs::exists(beside, ignored) && fs::exists(in_build, ignored) ? in_build : beside;
}

}  // namespace

std::string describe_failure(const ProcessOutcome& outcome) {
  if (outcome.timed_out) {
    return fmt::format("HDF5's library did not come to an end with it in {} s: it is damaged",
                       kWallLimit.count());
  }
  if (outcome.signal == SIGXCPU || outcome.signal == SIGKILL) {
    return fmt::format("HDF5's library worked on it for {} s without an end: it is damaged",
                       hdf5::kMaxSeconds);
  }
  if (outcome.signal != 0) {
    return fmt::format("HDF5's library crashed on it (signal {}): it is damaged", outcome.signal);
  }
  if (outcome.exit_code == hdf5::kExitOutOfMemory) {
    return "asks for more memory than its size explains: it is damaged";
  }
  if (outcome.exit_code == hdf5::kExitUnreadable) {
    return "cannot be read as HDF5: " + outcome.last_lines();
  }
  return "";
}

Result<Hdf5Tree> read_hdf5(const fs::path& file) {
  // The program opens the descriptor by the name that it has there: descriptors are inherited.
  const UniqueFd memory(::memfd_create("slimc-hdf5", 0));
  if (!memory.valid()) {
    return fail({.file = file.string(),
                 .message = "cannot be read: " + std::generic_category().message(errno),
                 .blame = Blame::Tool});
  }
  const std::string program = reader_program().string();
  const std::string output = fmt::format("/proc/self/fd/{}", memory.get());
  SLIMC_ASSIGN(const ProcessOutcome outcome,
               run_process(program, {fs::absolute(file).string(), output}, kWallLimit));
  if (std::string message = describe_failure(outcome); !message.empty()) {
    return fail({.file = file.string(), .message = std::move(message)});
  }
  if (!outcome.ok()) {
    return fail({.file = program, .message = outcome.last_lines(), .blame = Blame::Tool});
  }
  SLIMC_ASSIGN(const std::string bytes, read_file(output));
  return Hdf5Tree::parse(bytes, file.string());
}

}  // namespace slimc::frontend
