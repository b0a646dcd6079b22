// One pool of jobs for the kernels, sources and weights of all libraries of a call.
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <tuple>

#include "compiler/build/codegen.h"
#include "compiler/build/kernel_jobs.h"
#include "compiler/build/library_parts.h"
#include "compiler/objects/write_weights.h"
#include "support/run_jobs.h"

namespace slimc {
namespace {

using Clock = std::chrono::steady_clock;
using Done = std::function<Result<void>(std::size_t, Library&)>;

class Batch {
 public:
  Batch(const std::vector<LibraryRequest>& requests, Reporter& reporter, const Done& done,
        KernelCompiler& compiler)
      : requests_(requests), reporter_(reporter), done_(done), compiler_(compiler) {
    for (std::size_t i = 0; i < requests.size(); ++i) add(i);
  }

  std::vector<Result<Library>> run(int threads) {
    run_jobs(threads, jobs_.size(), [this](std::size_t i) { work(jobs_[i]); });
    if (stored_) compiler_.prune_cache();
    std::vector<Result<Library>> results;
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
    Library library;
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

  void add(std::size_t index) {
    Building& building = buildings_.emplace_back();
    Result<Library> planned = plan_library(requests_[index]);
    if (!planned) {
      building.problems = std::move(planned).error();
      return;
    }
    building.library = std::move(*planned);
    for (const Diagnostic& note : building.library.notes.list()) {
      if (told_.insert(note.to_string()).second) reporter_.warning(note);
    }
    building.weights.resize(building.library.targets.size());
    jobs_.push_back({Job::Kind::Source, {{index}}});
    building.missing = 1;
    for (std::size_t t = 0; t < building.library.targets.size(); ++t) {
      TargetCode& target = building.library.targets[t];
      const std::vector<Kernel>& kernels = target.plan.kernels;
      target.kernels.resize(kernels.size());
      for (std::size_t k = 0; k < kernels.size(); ++k) {
        const auto [known, fresh] = kernel_jobs_.try_emplace(
            std::tuple(target.target.halide, kernels[k].kind, kernels[k].parameters), jobs_.size());
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
    const Library& library = buildings_[user.library].library;
    const TargetCode& target = library.targets[user.target];
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
    TargetCode& target = building.library.targets[first.target];
    const CompileOptions& options = requests_[first.library].options;
    switch (job.kind) {
      case Job::Kind::Kernel:
        run_kernel(job, stage_of(target.plan, static_cast<int>(first.kernel)));
        return;
      case Job::Kind::Source: {
        Result<std::string> object =
            compile_source(building.library.header, building.library.source, target.plan, options);
        if (object) building.code = std::move(*object);
        arrived(first.library, object ? nullptr : &object.error());
        return;
      }
      case Job::Kind::Weights: {
        Result<std::string> object = target.plan.external_weights
                                         ? Result<std::string>("")
                                         : write_weights_object(weights_symbol(target.plan),
                                                                target.plan.weights, target.target);
        if (object) building.weights[first.target] = std::move(*object);
        arrived(first.library, object ? nullptr : &object.error());
        return;
      }
    }
  }

  void run_kernel(const Job& job, const std::string& name) {
    const User& first = job.users.front();
    const TargetCode& target = buildings_[first.library].library.targets[first.target];
    Result<CompiledKernel> kernel =
        compiler_.compile(target.plan.kernels[first.kernel], target.target, name);
    if (kernel && !kernel->cached) stored_ = true;
    for (std::size_t i = 0; i < job.users.size(); ++i) {
      const User& user = job.users[i];
      if (kernel) {
        CompiledKernel& own =
            buildings_[user.library].library.targets[user.target].kernels[user.kernel];
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
    Library& library = building.library;
    Result<void> finished = link_library(library, std::move(building.code),
                                         std::move(building.weights), requests_[index].options);
    library.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (finished) finished = done_(index, library);
    if (finished) return;
    const std::lock_guard lock(mutex_);
    building.problems = std::move(finished).error();
  }

  const std::vector<LibraryRequest>& requests_;
  Reporter& reporter_;
  std::set<std::string> told_;  // each once, however many targets have libraries of their own
  const Done& done_;
  KernelCompiler& compiler_;
  const Clock::time_point start_ = Clock::now();
  std::vector<Building> buildings_;
  std::vector<Job> jobs_;
  // By target, kind and parameters.
  std::map<std::tuple<std::string, StageKind, std::vector<std::pair<std::string, std::string>>>,
           std::size_t>
      kernel_jobs_;
  std::atomic<bool> stored_ = false;
  std::mutex mutex_;  // of what follows, and of the libraries' problems and missing
  int finished_ = 0;
};

int job_limit(const CompileOptions& options) {
  if (options.jobs > 0) return options.jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Result<std::vector<Result<Library>>> compile_libraries(const std::vector<LibraryRequest>& requests,
                                                       Reporter& reporter, const Done& done) {
  if (requests.empty()) return std::vector<Result<Library>>{};
  const CompileOptions& options = requests.front().options;
  SLIMC_ASSIGN(const std::unique_ptr<KernelCompiler> compiler,
               make_kernel_compiler(options, reporter));
  return Batch(requests, reporter, done, *compiler).run(job_limit(options));
}

Result<Library> compile_library(const Graph& imported, const CompileOptions& options,
                                Reporter& reporter, const AfterStep& after) {
  const auto keep = [](std::size_t, Library&) -> Result<void> { return {}; };
  SLIMC_ASSIGN(auto results, compile_libraries({{&imported, options, after}}, reporter, keep));
  return std::move(results.front());
}

}  // namespace slimc
