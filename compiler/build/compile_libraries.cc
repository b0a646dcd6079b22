// One pool of jobs for the kernels, sources and weights of all libraries of a call.
#include "compiler/build/compile_libraries.h"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <tuple>

#include "compiler/build/compile_source.h"
#include "compiler/build/kernel_compiler.h"
#include "compiler/build/link_library.h"
#include "compiler/build/plan_library.h"
#include "compiler/objects/pack_weights.h"
#include "compiler/objects/write_weights.h"
#include "support/run_jobs.h"

namespace slimc {
namespace {

using Clock = std::chrono::steady_clock;
using Done = std::function<Result<void>(std::size_t, CompiledLibrary&)>;

class LibraryBuilds {
 public:
  LibraryBuilds(std::vector<LibraryRequest> requests, const Toolchain& tools, Reporter& reporter,
                const Done& done, KernelCompiler& compiler)
      : requests_(std::move(requests)),
        tools_(tools),
        reporter_(reporter),
        done_(done),
        compiler_(compiler) {
    OptimisedGraphs graphs;
    for (std::size_t i = 0; i < requests_.size(); ++i) add(i, graphs);
    for (LibraryRequest& request : requests_) request.imported.reset();
  }

  std::vector<Result<CompiledLibrary>> run(int threads) {
    run_jobs(threads, jobs_.size(), [this](std::size_t i) { work(jobs_[i]); });
    if (stored_) compiler_.prune_cache();
    std::vector<Result<CompiledLibrary>> results;
    for (Building& building : buildings_) {
      if (building.problems.empty()) {
        results.emplace_back(std::move(building.library));
      } else {
        results.emplace_back(Failure(std::move(building.problems)));
      }
    }
    return results;
  }

 private:
  // A library on its way.
  struct Building {
    CompiledLibrary library;
    std::string code;
    std::vector<std::string> weights;  // like library.targets
    Diagnostics problems;
    int missing = 0;  // jobs
  };
  // What a job is for: a kernel of a target, its weights, or the library's source.
  struct User {
    std::size_t library, target = 0, kernel = 0;
  };
  // A kernel, for all that use it, or a library's source, or a target's weights.
  struct Job {
    enum class Kind { Kernel, Source, Weights } kind;
    std::vector<User> users;
  };

  void add(std::size_t index, OptimisedGraphs& graphs) {
    Building& building = buildings_.emplace_back();
    Result<CompiledLibrary> planned = plan_library(requests_[index], graphs);
    if (!planned) {
      building.problems = std::move(planned).error();
      return;
    }
    building.library = std::move(*planned);
    for (const Diagnostic& note : building.library.notes.list()) {
      if (told_.insert(note.to_string()).second) reporter_.warning(note);
    }
    building.weights.resize(building.library.targets.size());
    building.library.kernels.resize(building.library.targets.size());
    jobs_.push_back({Job::Kind::Source, {{index}}});
    building.missing = 1;
    for (std::size_t t = 0; t < building.library.targets.size(); ++t) {
      TargetPlan& target = building.library.targets[t];
      const std::vector<Kernel>& kernels = target.plan.kernels;
      building.library.kernels[t].resize(kernels.size());
      for (std::size_t k = 0; k < kernels.size(); ++k) {
        const auto [known, fresh] =
            kernel_jobs_.try_emplace(std::tuple(target.target.halide, requests_[index].scheduler,
                                                kernels[k].kind, kernels[k].parameters),
                                     jobs_.size());
        if (fresh) jobs_.push_back({Job::Kind::Kernel, {}});
        jobs_[known->second].users.push_back({index, t, k});
      }
      jobs_.push_back({Job::Kind::Weights, {{index, t}}});
      building.missing += static_cast<int>(kernels.size()) + 1;
    }
  }

  void work(const Job& job) {
    const std::string what = name(job);  // the last job of a library may drop its plans
    if (is_wanted(job)) run(job);
    const std::lock_guard lock(mutex_);
    reporter_.progress(what, ++finished_, static_cast<int>(jobs_.size()));
  }

  // A library that has failed needs nothing more.
  bool is_wanted(const Job& job) {
    const std::lock_guard lock(mutex_);
    for (const User& user : job.users) {
      if (buildings_[user.library].problems.empty()) return true;
    }
    return false;
  }

  // "block_3"; "mynet, x86-64-v3, block_3" where there are several libraries and targets.
  std::string name(const Job& job) const {
    const User& user = job.users.front();
    const CompiledLibrary& library = buildings_[user.library].library;
    const TargetPlan& target = library.targets[user.target];
    std::string text;
    if (requests_.size() > 1) text += target.plan.name + ", ";
    if (job.kind == Job::Kind::Source) return text + target.plan.name + ".cc";
    if (library.targets.size() > 1) text += target.target.name + ", ";
    if (job.kind == Job::Kind::Weights) return text + "weights";
    return text + "stage " + stage_of(target.plan, static_cast<int>(user.kernel));
  }

  void run(const Job& job) {
    const User& first = job.users.front();
    Building& building = buildings_[first.library];
    TargetPlan& target = building.library.targets[first.target];
    switch (job.kind) {
      case Job::Kind::Kernel:
        run_kernel(job, stage_of(target.plan, static_cast<int>(first.kernel)));
        return;
      case Job::Kind::Source: {
        write_texts(requests_[first.library].scheduler, building.library);
        Result<std::string> object =
            compile_source(building.library.header, building.library.source, target.plan.name,
                           target.target, tools_);
        if (object) building.code = std::move(*object);
        arrived(first.library, object ? nullptr : &object.error());
        return;
      }
      case Job::Kind::Weights: {
        Result<std::string> object =
            building.library.external_weights
                ? Result<std::string>("")
                : write_weights_object(weights_symbol(target),
                                       pack_weights(*building.library.graph, target.plan),
                                       target.target);
        if (object) building.weights[first.target] = std::move(*object);
        arrived(first.library, object ? nullptr : &object.error());
        return;
      }
    }
  }

  void run_kernel(const Job& job, const std::string& name) {
    const User& first = job.users.front();
    const TargetPlan& target = buildings_[first.library].library.targets[first.target];
    Result<CompiledKernel> kernel = compiler_.compile(
        target.plan.kernels[first.kernel], target.target, requests_[first.library].scheduler, name);
    if (kernel && !kernel->cached) stored_ = true;
    for (std::size_t i = 0; i < job.users.size(); ++i) {
      const User& user = job.users[i];
      if (kernel) {
        CompiledKernel& own = buildings_[user.library].library.kernels[user.target][user.kernel];
        own = *kernel;
        own.shared = i > 0;
      }
      arrived(user.library, kernel ? nullptr : &kernel.error());
    }
  }

  // Something that a library needs is there, or cannot be. The last one finishes the library.
  void arrived(std::size_t index, const Diagnostics* problems) {
    Building& building = buildings_[index];
    {
      const std::lock_guard lock(mutex_);
      if (problems != nullptr && building.problems.empty()) building.problems = *problems;
      if (--building.missing > 0 || !building.problems.empty()) return;
    }
    CompiledLibrary& library = building.library;
    Result<void> finished =
        link_library(library, std::move(building.code), std::move(building.weights), tools_);
    library.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (!library.stack_unknown.empty()) {
      reporter_.detail("the header does not say how much stack " + library.plan().name +
                       " needs: " + library.stack_unknown);
    }
    if (finished) finished = done_(index, library);
    if (finished) return;
    const std::lock_guard lock(mutex_);
    building.problems = std::move(finished).error();
  }

  std::vector<LibraryRequest> requests_;
  const Toolchain& tools_;
  Reporter& reporter_;
  std::set<std::string> told_;  // each once, however many targets have libraries of their own
  const Done& done_;
  KernelCompiler& compiler_;
  const Clock::time_point start_ = Clock::now();
  std::vector<Building> buildings_;
  std::vector<Job> jobs_;
  // By target, scheduler, kind and parameters.
  std::map<std::tuple<std::string, Scheduler, StageKind, KernelParameters>, std::size_t>
      kernel_jobs_;
  std::atomic<bool> stored_ = false;
  std::mutex mutex_;  // of what follows, and of the libraries' problems and missing
  int finished_ = 0;
};

int job_limit(const Toolchain& tools) {
  if (tools.jobs > 0) return tools.jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Result<std::vector<Result<CompiledLibrary>>> compile_libraries(std::vector<LibraryRequest> requests,
                                                               const Toolchain& tools,
                                                               Reporter& reporter,
                                                               const Done& done) {
  if (requests.empty()) return std::vector<Result<CompiledLibrary>>{};
  SLIMC_ASSIGN(const std::unique_ptr<KernelCompiler> compiler,
               make_kernel_compiler(tools, reporter));
  return LibraryBuilds(std::move(requests), tools, reporter, done, *compiler).run(job_limit(tools));
}

Result<CompiledLibrary> compile_library(const Graph& imported, const CompileOptions& options,
                                        Reporter& reporter, const AfterStep& after) {
  const auto keep = [](std::size_t, CompiledLibrary&) -> Result<void> { return {}; };
  // The caller's graph outlives the call.
  std::shared_ptr<const Graph> graph(std::shared_ptr<void>(), &imported);
  SLIMC_ASSIGN(auto results, compile_libraries({request_for(std::move(graph), options, after)},
                                               options.tools, reporter, keep));
  return std::move(results.front());
}

}  // namespace slimc
