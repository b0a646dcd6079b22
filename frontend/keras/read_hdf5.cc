#include "frontend/keras/read_hdf5.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include "frontend/keras/hdf5/limits.h"
#include "support/files.h"
#include "support/unique_fd.h"

namespace slimc::frontend {
namespace fs = std::filesystem;
namespace {

// slimc-hdf5 stops itself after kMaxSeconds of work; this is for machines that have other work too.
constexpr std::chrono::seconds kWallLimit{60};

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

namespace {

Failure cannot_be_read(const std::string& file) {
  return fail({.file = file,
               .message = "cannot be read: " + std::generic_category().message(errno),
               .blame = Blame::Tool});
}

// Memory that the program opens by the name that the descriptor has there: descriptors are
// inherited.
UniqueFd shared_memory() { return UniqueFd(::memfd_create("slimc-hdf5", 0)); }
std::string path_of(const UniqueFd& memory) {
  return fmt::format("/proc/self/fd/{}", memory.get());
}

Result<Hdf5Tree> run_reader(const std::string& input, const std::string& file) {
  const UniqueFd memory = shared_memory();
  if (!memory.valid()) return cannot_be_read(file);
  const std::string program = program_of_slimc("slimc-hdf5").string();
  const std::string output = path_of(memory);
  SLIMC_ASSIGN(const ProcessOutcome outcome, run_process(program, {input, output}, kWallLimit));
  if (std::string message = describe_failure(outcome); !message.empty()) {
    return fail({.file = file, .message = std::move(message)});
  }
  if (!outcome.ok()) {
    return fail({.file = program, .message = outcome.last_lines(), .blame = Blame::Tool});
  }
  SLIMC_ASSIGN(const std::string bytes, read_file(output));
  return Hdf5Tree::parse(bytes, file);
}

}  // namespace

Result<Hdf5Tree> read_hdf5(const fs::path& file) {
  // Without links: the reader's /dev/stdin is another file.
  std::error_code error;
  const fs::path place = fs::canonical(file, error);
  return run_reader(error ? fs::absolute(file).string() : place.string(), file.string());
}

Result<Hdf5Tree> read_hdf5_bytes(std::string_view bytes, const std::string& file) {
  const UniqueFd memory = shared_memory();
  if (!memory.valid()) return cannot_be_read(file);
  if (write_all(memory.get(), bytes) != 0) return cannot_be_read(file);
  return run_reader(path_of(memory), file);
}

}  // namespace slimc::frontend
