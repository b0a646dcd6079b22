// A network for the tuner: compiled with any schedule, loaded into this process, its stages timed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/build/compile_libraries.h"
#include "compiler/tuning/bench.h"
#include "ir/graph.h"
#include "tool/loaded_network.h"

namespace slimc {

class NetworkVariant final : public Variant {
 public:
  // `stages`: as they were scheduled.
  NetworkVariant(CompiledLibrary library, LoadedNetwork network,
                 std::vector<ScheduledStage> stages);

  const std::vector<ScheduledStage>& stages() const override { return stages_; }
  double compile_seconds(std::size_t stage) const override;
  // Whether an autoscheduler failed on the stage.
  bool fell_back(std::size_t stage) const;

  const CompiledLibrary& library() const { return library_; }
  const LoadedNetwork& network() const { return network_; }

 private:
  CompiledLibrary library_;
  LoadedNetwork network_;
  std::vector<ScheduledStage> stages_;
};

class NetworkBench final : public Bench {
 public:
  // `options` as for any compilation; who decides the tilings is set here.
  static Result<std::unique_ptr<NetworkBench>> open(Graph imported, CompileOptions options,
                                                    Reporter& reporter);

  const std::string& name() const override { return imported_.name; }
  Result<Schedule> schedule(ScheduleSource* source) override;
  Result<std::unique_ptr<Variant>> build(const Schedule& schedule, int jobs) override;
  Result<std::vector<VariantTimes>> time(const std::vector<const Variant*>& variants,
                                         const std::vector<int>& threads) override;

  // With a scheduler of Halide's, which takes the tilings for the layout of the weights alone.
  Result<std::unique_ptr<NetworkVariant>> build(const Schedule& schedule, Scheduler scheduler,
                                                int jobs);

 private:
  NetworkBench(Graph imported, CompileOptions options, Reporter& reporter)
      : imported_(std::move(imported)), options_(std::move(options)), reporter_(reporter) {}

  Graph imported_;
  Graph optimised_;  // behind the passes
  NetworkStages stages_;
  CompileOptions options_;
  Reporter& reporter_;
};

}  // namespace slimc
