#include "tests/benchmarks/peers/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace slimc::peers {
namespace {

// The value of the first line "KEY : VALUE" with exactly that key.
std::string field(std::string_view text, std::string_view key) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t end = line.find_last_not_of(" \t", colon - 1);
    if (colon == 0 || end == std::string::npos || line.substr(0, end + 1) != key) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

std::string cpu_name(std::string_view cpuinfo) {
  std::string name = field(cpuinfo, "model name");
  if (name.empty()) return "unknown CPU";
  const std::string family = field(cpuinfo, "cpu family"), model = field(cpuinfo, "model");
  if (!family.empty()) name += ", family " + family;
  if (!model.empty()) name += ", model " + model;
  return name;
}

Circumstances circumstances_now() {
  Circumstances now;
  std::ifstream file("/proc/cpuinfo");
  std::ostringstream cpuinfo;
  cpuinfo << file.rdbuf();
  now.cpu = cpu_name(cpuinfo.str());
  now.cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  utsname system = {};
  if (uname(&system) == 0) now.system = std::string(system.sysname) + " " + system.release;
  const std::time_t time = std::time(nullptr);
  std::tm utc = {};
  char date[32] = "";
  if (gmtime_r(&time, &utc) != nullptr) std::strftime(date, sizeof date, "%F %R UTC", &utc);
  now.date = date;
  double load = 0;
  if (getloadavg(&load, 1) == 1) now.load = load;
  return now;
}

}  // namespace slimc::peers
