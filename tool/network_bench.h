// A network for the tuner: compiled with any schedule, loaded into this process, its stages timed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/build/codegen.h"
#include "compiler/tuning/bench.h"
#include "tool/loaded_network.h"

namespace slimc {

class NetworkVariant final : public Variant {
 public:
  NetworkVariant(Library library, LoadedNetwork network);

  const std::vector<PlannedStage>& stages() const override { return stages_; }
  double compile_seconds(std::size_t stage) const override;
  // Whether an autoscheduler failed on the stage.
  bool fell_back(std::size_t stage) const;

  const Library& library() const { return library_; }
  const LoadedNetwork& network() const { return network_; }

 private:
  Library library_;
  LoadedNetwork network_;
  std::vector<PlannedStage> stages_;
};

class NetworkBench final : public Bench {
 public:
  // `options` as for any compilation; who decides the tilings is set here.
  static Result<std::unique_ptr<NetworkBench>> open(Graph imported, CompileOptions options,
                                                    Reporter& reporter);

  const std::string& name() const override { return imported_.name; }
  Result<std::vector<PlannedStage>> plan(const Schedule& schedule) override;
  Result<std::unique_ptr<Variant>> build(const Schedule& schedule, int jobs) override;
  Result<std::vector<VariantTimes>> time(const std::vector<const Variant*>& variants,
                                         const std::vector<int>& threads) override;

  // With a scheduler of Halide's, which takes the tilings for the layout of the weights alone.
  Result<std::unique_ptr<NetworkVariant>> build(const Schedule& schedule, Scheduler scheduler,
                                                int jobs);

 private:
  NetworkBench(Graph imported, CompileOptions options, Reporter& reporter)
      : imported_(std::move(imported)), options_(std::move(options)), reporter_(reporter) {}
  CompileOptions with(const Schedule& schedule) const;

  Graph imported_;
  Graph optimised_;  // behind the passes
  CompileOptions options_;
  Reporter& reporter_;
};

}  // namespace slimc
