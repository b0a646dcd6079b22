// Several models at once: one pool of jobs for the kernels, sources and weights of all.
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/kernel_jobs.h"
#include "compiler/codegen/library_parts.h"
#include "compiler/support/run_jobs.h"

namespace slimc {
namespace {

using Clock = std::chrono::steady_clock;

class Batch {
 public:
  Batch(const std::vector<Graph>& models, const CompileOptions& options, Reporter& reporter,
        const std::function<Result<void>(std::size_t, Library&)>& done, KernelCompiler& compiler)
      : options_(options), reporter_(reporter), done_(done), compiler_(compiler) {
    for (const Graph& graph : models) add(graph);
  }

  std::vector<Result<Library>> run() {
    run_jobs(job_limit(options_), jobs_.size(), [this](std::size_t i) { work(jobs_[i]); });
    if (stored_) compiler_.prune_cache();
    std::vector<Result<Library>> results;
    for (Model& model : models_) {
      if (model.problems.empty()) {
        results.emplace_back(std::move(model.library));
      } else {
        results.emplace_back(Failure(std::move(model.problems)));
      }
    }
    return results;
  }

 private:
  struct Model {
    Library library;
    std::string code, weights;
    Diagnostics problems;
    int missing = 0;  // jobs
  };
  // A kernel, for all that use it, or a model's source or weights.
  struct Job {
    enum class Kind { Kernel, Source, Weights } kind;
    std::vector<std::pair<std::size_t, std::size_t>> users;  // model, kernel of its plan
  };

  void add(const Graph& graph) {
    Model& model = models_.emplace_back();
    const std::size_t index = models_.size() - 1;
    Result<Library> planned = plan_library(graph, options_, {});
    if (!planned) {
      model.problems = std::move(planned).error();
      return;
    }
    model.library = std::move(*planned);
    const std::vector<Kernel>& kernels = model.library.plan.kernels;
    model.library.kernels.resize(kernels.size());
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      const auto [known, fresh] =
          kernel_jobs_.try_emplace(std::pair(kernels[k].kind, kernels[k].parameters), jobs_.size());
      if (fresh) jobs_.push_back({Job::Kind::Kernel, {}});
      jobs_[known->second].users.emplace_back(index, k);
    }
    jobs_.push_back({Job::Kind::Source, {{index, 0}}});
    jobs_.push_back({Job::Kind::Weights, {{index, 0}}});
    model.missing = static_cast<int>(kernels.size()) + 2;
  }

  void work(const Job& job) {
    const std::string what = name(job);  // the last job of a model may drop its plan
    if (is_wanted(job)) run(job, what);
    const std::lock_guard lock(mutex_);
    reporter_.progress(what, ++finished_, static_cast<int>(jobs_.size()));
  }

  // A model that has failed needs nothing more.
  bool is_wanted(const Job& job) {
    const std::lock_guard lock(mutex_);
    for (const auto& user : job.users) {
      if (models_[user.first].problems.empty()) return true;
    }
    return false;
  }

  std::string name(const Job& job) const {
    const auto& [index, kernel] = job.users.front();
    const Plan& plan = models_[index].library.plan;
    switch (job.kind) {
      case Job::Kind::Kernel:
        return plan.name + ", stage " + stage_of(plan, static_cast<int>(kernel));
      case Job::Kind::Source:
        return plan.name + ".cc";
      case Job::Kind::Weights:
        return plan.name + ", weights";
    }
    return plan.name;
  }

  void run(const Job& job, const std::string& what) {
    Library& first = models_[job.users.front().first].library;
    if (job.kind == Job::Kind::Kernel) {
      Result<CompiledKernel> kernel =
          compiler_.compile(first.plan.kernels[job.users.front().second], what);
      if (kernel && !kernel->cached) stored_ = true;
      for (std::size_t i = 0; i < job.users.size(); ++i) {
        const auto& [index, k] = job.users[i];
        Model& model = models_[index];
        if (kernel) {
          model.library.kernels[k] = *kernel;
          model.library.kernels[k].shared = i > 0;
        }
        arrived(index, kernel ? nullptr : &kernel.error());
      }
      return;
    }
    const std::size_t index = job.users.front().first;
    const bool source = job.kind == Job::Kind::Source;
    Result<std::string> object =
        source ? compile_source(first.header, first.source, first.plan, options_)
               : write_weights_object(first.plan, options_.target);
    if (object) (source ? models_[index].code : models_[index].weights) = std::move(*object);
    arrived(index, object ? nullptr : &object.error());
  }

  // Something that a model needs is there, or cannot be. The last one finishes the model.
  void arrived(std::size_t index, const Diagnostics* problems) {
    Model& model = models_[index];
    {
      const std::lock_guard lock(mutex_);
      if (problems != nullptr && model.problems.empty()) model.problems = *problems;
      if (--model.missing > 0 || !model.problems.empty()) return;
    }
    Result<void> finished =
        link_library(model.library, std::move(model.code), std::move(model.weights), options_);
    model.library.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (finished) finished = done_(index, model.library);
    if (finished) return;
    const std::lock_guard lock(mutex_);
    model.problems = std::move(finished).error();
  }

  const CompileOptions& options_;
  Reporter& reporter_;
  const std::function<Result<void>(std::size_t, Library&)>& done_;
  KernelCompiler& compiler_;
  const Clock::time_point start_ = Clock::now();
  std::vector<Model> models_;
  std::vector<Job> jobs_;
  std::map<std::pair<StageKind, std::vector<std::pair<std::string, std::string>>>, std::size_t>
      kernel_jobs_;
  std::atomic<bool> stored_ = false;
  std::mutex mutex_;  // of what follows, and of the models' problems and missing
  int finished_ = 0;
};

}  // namespace

Result<std::vector<Result<Library>>> compile_libraries(
    const std::vector<Graph>& models, const CompileOptions& options, Reporter& reporter,
    const std::function<Result<void>(std::size_t, Library&)>& done) {
  SLIMC_ASSIGN(const std::unique_ptr<KernelCompiler> compiler,
               make_kernel_compiler(options, reporter));
  return Batch(models, options, reporter, done, *compiler).run();
}

}  // namespace slimc
