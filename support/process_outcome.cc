// What became of another program, in words.
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "support/encode.h"
#include "support/process.h"

namespace slimc {
namespace {

// What a limit that programs inherit has to do with the signal that ended one, and what to do.
std::string limit_behind(int signal) {
  constexpr rlim_t kEnoughStack = rlim_t{8} << 20;
  rlimit stack = {}, processor = {};
  if (signal == SIGSEGV && ::getrlimit(RLIMIT_STACK, &stack) == 0 &&
      stack.rlim_max < kEnoughStack) {
    return "; the limit of the stack is " + std::to_string(stack.rlim_max / 1024) +
           " kB: raise it (ulimit -s 8192)";
  }
  if ((signal != SIGKILL && signal != SIGXCPU) || ::getrlimit(RLIMIT_CPU, &processor) != 0) {
    return "";
  }
  if (processor.rlim_cur != RLIM_INFINITY) {
    return "; the limit of processor time is " + std::to_string(processor.rlim_cur) +
           " s: raise it (ulimit -t)";
  }
  return signal == SIGKILL ? "; the system does that to what takes more memory than there is" : "";
}

}  // namespace

std::string ProcessOutcome::last_lines(int count) const {
  std::size_t begin = output.find_last_not_of(" \n");
  if (begin == std::string::npos) return "";
  const std::size_t end = begin + 1;
  for (; begin > 0; --begin) {
    if (output[begin - 1] == '\n' && --count == 0) break;
  }
  return output.substr(begin, end - begin);
}

std::string ProcessOutcome::behind_colon() const {
  const std::string lines = quoted_lines(last_lines());
  return lines.empty() ? "" : ":" + lines;
}

std::string ProcessOutcome::what_went_wrong(std::chrono::milliseconds limit) const {
  if (timed_out) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit).count();
    return "was stopped after " + std::to_string(seconds) + " s";
  }
  if (signal != 0) {
    const char* words = ::sigdescr_np(signal);
    std::string text = "crashed with signal " + std::to_string(signal) + " (" +
                       (words != nullptr ? words : "unknown") + ")";
    return text + limit_behind(signal);
  }
  return exit_code == 0 ? "" : "failed with status " + std::to_string(exit_code);
}

}  // namespace slimc
