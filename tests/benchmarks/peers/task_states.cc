#include "tests/benchmarks/peers/task_states.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace slimc::peers {
namespace {

// Thread ids, the oldest first.
std::vector<pid_t> tasks_of(const std::string& process) {
  std::vector<pid_t> tasks;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + process + "/task", ignored)) {
    tasks.push_back(static_cast<pid_t>(std::stol(entry.path().filename().string())));
  }
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

bool is_running(pid_t process, pid_t task) {
  std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(task) +
                     "/stat");
  std::string line;
  std::getline(file, line);
  return task_state(line) == 'R';
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

char task_state(std::string_view stat) {
  const std::size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string_view::npos || end_of_name + 2 >= stat.size()) return 0;
  return stat[end_of_name + 2];
}

bool wait_until_asleep(pid_t process, std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds kPause(100);
  constexpr int kQuietLooks = 2;  // in a row: a thread may be between two naps
  const Clock::time_point end = Clock::now() + limit;
  for (int quiet = 0; quiet < kQuietLooks;) {
    const std::vector<pid_t> tasks = tasks_of(std::to_string(process));
    const bool running = std::any_of(tasks.begin(), tasks.end(),
                                     [&](pid_t task) { return is_running(process, task); });
    quiet = running ? 0 : quiet + 1;
    if (quiet == kQuietLooks) break;
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

bool pin_threads(int cpus) {
  std::vector<int> allowed = allowed_cpus();
  if (allowed.empty()) return false;
  allowed.resize(std::min(allowed.size(), static_cast<std::size_t>(cpus)));
  bool all = true;
  std::size_t next = 0;
  const auto pin = [&](pid_t task) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(allowed[next++ % allowed.size()]), &set);
    all = sched_setaffinity(task, sizeof set, &set) == 0 && all;
  };
  const pid_t self = gettid();
  pin(self);
  for (const pid_t task : tasks_of("self")) {
    if (task != self) pin(task);
  }
  return all;
}

}  // namespace slimc::peers
