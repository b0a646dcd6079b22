// Kernels through the generator program: one process a kernel, several at a time.
#include "compiler/build/kernel_compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <system_error>

#include "compiler/build/compile_options.h"
#include "compiler/build/halide_program.h"
#include "compiler/build/kernel_cache.h"
#include "compiler/objects/check_object.h"
#include "compiler/objects/rename_symbols.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"
#include "support/files.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kCacheBytes = std::uint64_t{512} << 20;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A kernel needs nothing but, where an autoscheduler made it, Halide's runtime (halide_shim.cc).
std::string kernel_problem(const std::string& object, const Target& target) {
  return object_problem(
      object, {.target = target,
               .defines = {kernel_placeholder()},
               .may_need = [](std::string_view name) { return name.starts_with("halide_"); }});
}

// Two files with the same path, size and time are taken for the same: reading libHalide whole for
// every run would cost more than a warm compile may take.
std::string identity(const std::string& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  const auto time = fs::last_write_time(file, error);
  if (error) return file;
  return fmt::format("{} {} {}", file, bytes, time.time_since_epoch().count());
}

class GeneratorRuns final : public KernelCompiler {
 public:
  GeneratorRuns(const Toolchain& tools, fs::path program, std::string program_bytes,
                TemporaryFolder folder, Reporter& reporter)
      : tools_(tools),
        program_(std::move(program)),
        program_key_(cache_key({std::move(program_bytes)})),
        folder_(std::move(folder)),
        reporter_(reporter),
        cache_(cache_folder(tools.cache, reporter), reporter) {}

  Result<CompiledKernel> compile(const Kernel& kernel, const Target& target, Scheduler scheduler,
                                 const std::string& name) override {
    const auto start = Clock::now();
    Result<CompiledKernel> compiled = compile_with(scheduler, kernel, target, name);
    if (!compiled && scheduler != Scheduler::Tiling) {
      for (Diagnostic reason : compiled.error().list()) {
        // In front: what the program printed stands at the end, in lines of its own.
        reason.message = fmt::format("{} could not schedule it, the tiling model does: {}",
                                     name_of(scheduler), reason.message);
        reporter_.warning(reason);
      }
      compiled = compile_with(Scheduler::Tiling, kernel, target, name);
      if (compiled) compiled->fell_back = true;
    }
    if (compiled) compiled->seconds = seconds_since(start);
    return compiled;
  }

  void prune_cache() const override { cache_.prune(kCacheBytes); }

 private:
  Result<CompiledKernel> compile_with(Scheduler scheduler, const Kernel& kernel,
                                      const Target& target, const std::string& name) {
    std::vector<std::string> arguments = generator_arguments(kernel, target, scheduler);
    const std::string key = key_of(arguments, scheduler);
    std::optional<std::string> object = cache_.find(key);
    if (object && kernel_problem(*object, target).empty()) {
      return CompiledKernel{.object = std::move(*object), .cached = true};
    }
    SLIMC_ASSIGN(std::string made, generate(std::move(arguments), target, key, name));
    cache_.store(key, made);
    return CompiledKernel{.object = std::move(made)};
  }

  std::string key_of(const std::vector<std::string>& arguments, Scheduler scheduler) const {
    std::vector<std::string> parts = {program_key_};
    for (const std::string& file : generator_libraries(scheduler)) parts.push_back(identity(file));
    parts.insert(parts.end(), arguments.begin(), arguments.end());
    return cache_key(parts);
  }

  Result<std::string> generate(std::vector<std::string> arguments, const Target& target,
                               const std::string& key, const std::string& name) {
    auto broken = [&](const std::string& message) {
      return fail({.file = program_,
                   .subject = "stage '" + name + "'",
                   .message = message,
                   .blame = Blame::Tool});
    };
    const fs::path output = folder_.path() / key;
    std::error_code error;
    fs::create_directories(output, error);
    if (error) return broken("cannot make " + output.string() + ": " + error.message());
    arguments.insert(arguments.end(), {"-o", output});
    reporter_.detail(fmt::format("{}: {} {}", name, program_.string(), fmt::join(arguments, " ")));

    const std::chrono::seconds limit(tools_.time_limit_seconds);
    SLIMC_ASSIGN(const ProcessOutcome outcome,
                 run_process(program_, arguments, limit, {.temporary = folder_.path()}));
    if (!outcome.ok()) {
      return broken("the generator program " + outcome.what_went_wrong(limit) +
                    outcome.behind_colon());
    }
    // Halide names objects by the target's custom.
    Result<std::string> object = read_file(output / "kernel.o");
    if (!object) object = read_file(output / "kernel.obj");
    if (!object) {
      return broken("the generator program left no object with the kernel in " + output.string() +
                    outcome.behind_colon());
    }
    if (const std::string problem = kernel_problem(*object, target); !problem.empty()) {
      return broken("the object that the generator program left " + problem +
                    outcome.behind_colon());
    }
    return object;
  }

  const Toolchain& tools_;
  const fs::path program_;
  const std::string program_key_;
  const TemporaryFolder folder_;
  Reporter& reporter_;
  KernelCache cache_;
};

}  // namespace

Result<std::unique_ptr<KernelCompiler>> make_kernel_compiler(const Toolchain& tools,
                                                             Reporter& reporter) {
  const fs::path program =
      tools.stages_program.empty() ? program_of_slimc("slimc-stages") : tools.stages_program;
  Result<std::string> program_bytes = read_file(program);
  if (!program_bytes) {
    Diagnostics problems;
    for (Diagnostic problem : program_bytes.error().list()) {
      problem.message = "the generator program is missing: " + problem.message;
      problem.blame = Blame::Tool;
      problems.add(std::move(problem));
    }
    return Failure(std::move(problems));
  }
  SLIMC_ASSIGN(TemporaryFolder folder, TemporaryFolder::create());
  return std::make_unique<GeneratorRuns>(tools, program, std::move(*program_bytes),
                                         std::move(folder), reporter);
}

// The name by which a person knows a kernel: that of the first stage that calls it.
std::string stage_of(const Plan& plan, int kernel) {
  for (const Stage& stage : plan.stages) {
    for (const StageVariant& variant : stage.variants) {
      if (variant.kernel != kernel) continue;
      return stage.name + (variant.input == ElementType::UInt8 ? " (8-bit input)" : "");
    }
  }
  return name_of(plan.kernels[kernel].kind);
}

}  // namespace slimc
