// Halide 14. Later versions take `autoscheduler=NAME autoscheduler.parallelism=N` instead of
// `-s NAME auto_schedule=true machine_params=...`.
#include "compiler/build/halide_program.h"

#include "compiler/objects/rename_symbols.h"
#include "support/check.h"

namespace slimc {
namespace {

// SLIMC_HALIDE_PLUGIN_FOLDER is where CMake found Halide's plugins.
std::string plugin(Scheduler scheduler) {
  std::string name = name_of(scheduler);
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return std::string(SLIMC_HALIDE_PLUGIN_FOLDER) + "/libautoschedule_" + name + ".so";
}

// Cores, bytes of the last cache, cost of a load from memory in operations. One core: slimc cuts a
// stage into tasks, a kernel is one task.
constexpr const char* kMachine = "1,16777216,40";

}  // namespace

std::string name_of(Scheduler scheduler) {
  switch (scheduler) {
    case Scheduler::Tiling:
      return "tiling";
    case Scheduler::Adams2019:
      return "Adams2019";
    case Scheduler::Mullapudi2016:
      return "Mullapudi2016";
    case Scheduler::Li2018:
      return "Li2018";
  }
  SLIMC_CHECK(false, "not a scheduler");
}

std::vector<std::string> generator_arguments(const Kernel& kernel, const Target& target,
                                             Scheduler scheduler) {
  std::vector<std::string> arguments = {
      "-g", name_of(kernel.kind), "-f", kernel_placeholder(), "-n", "kernel", "-e", "object"};
  if (scheduler != Scheduler::Tiling) {
    arguments.insert(arguments.end(),
                     {"-p", plugin(scheduler), "-s", name_of(scheduler), "auto_schedule=true",
                      std::string("machine_params=") + kMachine});
  }
  arguments.push_back("target=" + target.halide + "-no_runtime-no_asserts-no_bounds_query");
  for (const auto& [name, value] : kernel.parameters) arguments.push_back(name + "=" + value);
  return arguments;
}

std::vector<std::string> generator_libraries(Scheduler scheduler) {
  std::vector<std::string> files = {SLIMC_HALIDE_LIBRARY};
  if (scheduler != Scheduler::Tiling) files.push_back(plugin(scheduler));
  return files;
}

}  // namespace slimc
