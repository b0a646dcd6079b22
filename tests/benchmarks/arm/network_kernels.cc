#include "tests/benchmarks/arm/network_kernels.h"

#include "compiler/passes/passes.h"
#include "compiler/plan/make_plan.h"
#include "frontend/mobilenet/mobilenet.h"
#include "support/files.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace slimc::arm {

Result<Plan> plan_network(double alpha, int resolution, const CompileOptions& options) {
  frontend::MobileNetOptions network;
  network.alpha = alpha;
  network.height = network.width = resolution;
  SLIMC_ASSIGN(const Graph graph, frontend::build_mobilenet(network));
  SLIMC_ASSIGN(const Graph optimised, run_pipeline(graph));
  return make_plan(optimised, options.target(), options.plan);
}

Result<std::string> assembly_of(const Kernel& kernel, const Target& target,
                                const std::string& program) {
  SLIMC_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  std::vector<std::string> arguments = {
      "-g",
      name_of(kernel.kind),
      "-f",
      "kernel",
      "-n",
      "kernel",
      "-e",
      "assembly",
      "-o",
      folder.path().string(),
      "target=" + target.halide + "-no_runtime-no_asserts-no_bounds_query"};
  for (const auto& [name, value] : kernel.parameters) arguments.push_back(name + "=" + value);
  SLIMC_ASSIGN(const ProcessOutcome outcome,
               run_process(program, arguments, std::chrono::seconds(120)));
  if (!outcome.ok()) {
    return fail({.subject = words(kernel),
                 .message = program + " failed: " + outcome.last_lines(),
                 .blame = Blame::Tool});
  }
  return read_file(folder.path() / "kernel.s");
}

std::string words(const Kernel& kernel) {
  std::string text = name_of(kernel.kind);
  for (const auto& [name, value] : kernel.parameters) text += " " + name + "=" + value;
  return text;
}

}  // namespace slimc::arm
