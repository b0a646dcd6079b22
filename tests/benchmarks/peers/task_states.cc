#include "tests/benchmarks/peers/task_states.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
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

// The first line of /proc/PROCESS/task/TASK/NAME; empty if the thread is gone.
std::string task_file(const std::string& process, pid_t task, const char* name) {
  std::ifstream file("/proc/" + process + "/task/" + std::to_string(task) + "/" + name);
  std::string line;
  std::getline(file, line);
  return line;
}

bool is_running(const std::string& process, pid_t task) {
  return task_state(task_file(process, task, "stat")) == 'R';
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
    const std::string id = std::to_string(process);
    const std::vector<pid_t> tasks = tasks_of(id);
    const bool running =
        std::any_of(tasks.begin(), tasks.end(), [&](pid_t task) { return is_running(id, task); });
    quiet = running ? 0 : quiet + 1;
    if (quiet == kQuietLooks) break;
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

std::int64_t task_time(std::string_view schedstat) {
  std::int64_t time = 0;
  std::from_chars(schedstat.data(), schedstat.data() + schedstat.size(), time);
  return time;
}

bool pin_threads(int threads) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.empty()) return false;
  const pid_t self = gettid();
  std::vector<std::pair<std::int64_t, pid_t>> workers;
  for (const pid_t task : tasks_of("self")) {
    if (task != self) workers.emplace_back(task_time(task_file("self", task, "schedstat")), task);
  }
  std::sort(workers.rbegin(), workers.rend());
  workers.resize(std::min(workers.size(), static_cast<std::size_t>(threads - 1)));
  workers.emplace(workers.begin(), 0, self);
  bool all = true;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(cpus[i % cpus.size()]), &set);
    all = sched_setaffinity(workers[i].second, sizeof set, &set) == 0 && all;
  }
  return all;
}

}  // namespace slimc::peers
