#include "tool/this_machine.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace slimc {
namespace {

struct CpuTimes {
  long long busy = 0, all = 0;
};

// proc(5): user nice system idle iowait irq softirq steal guest guest_nice. Guests are in user and
// nice already.
CpuTimes cpu_times() {
  std::ifstream file("/proc/stat");
  std::string label;
  file >> label;
  CpuTimes times;
  constexpr int kIdle = 3, kWaiting = 4, kFields = 8;
  long long ticks = 0;
  for (int i = 0; i < kFields && file >> ticks; ++i) {
    times.all += ticks;
    if (i != kIdle && i != kWaiting) times.busy += ticks;
  }
  return times;
}

}  // namespace

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != line.npos) return line.substr(colon + 2);
  }
  return "unknown";
}

int cpu_cores() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return CPU_COUNT(&allowed);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

double busy_share() {
  const CpuTimes before = cpu_times();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const CpuTimes after = cpu_times();
  const long long all = after.all - before.all;
  return all > 0 ? static_cast<double>(after.busy - before.busy) / static_cast<double>(all) : 0;
}

}  // namespace slimc
