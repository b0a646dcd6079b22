// From an optimised graph to the files of a library. The order of the functions is the order of
// the work; the tool's `compile` calls them through compile_libraries(). 1 to 3 are done for each
// of a library's targets, with that alone as the options' target.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/passes.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc {

// Who schedules the kernels.
enum class Scheduler { Tiling, Adams2019, Mullapudi2016, Li2018 };

struct CompileOptions {
  Target target;
  // What the library has kernels for besides, each less demanding than the one before (target.h,
  // parse_targets). A library takes the first that the CPU can run.
  std::vector<Target> more_targets;
  Scheduler scheduler = Scheduler::Tiling;
  // How the weights of 1x1 convolutions are stored, Float32 or Float16. The target must be able to
  // convert them (Target::converts_half).
  ElementType weights_type = ElementType::Float32;
  // What 1x1 convolutions are computed in, Float32 or Float16, and added up in. Float16 is for
  // targets that have it (Target::computes_half), with weights_type Float16 and a tiling of the
  // model's.
  ElementType arithmetic = ElementType::Float32;
  ElementType accumulate = ElementType::Float32;
  bool external_weights = false;  // in a file of their own, NAME.weights
  bool no_threads = false;        // not even where the target has them
  std::filesystem::path cache;  // compiled kernels; empty: $XDG_CACHE_HOME/slimc or ~/.cache/slimc
  std::filesystem::path stages_program;  // slimc-stages; empty: beside the running executable
  std::filesystem::path
      runtime_include;           // holds slimc/runtime.h; empty: found beside the executable
  std::string clang;             // empty: $SLIMC_CLANG, clang++, clang++-14 from PATH
  ClassLabels labels;            // compiled into the library, as read from a file; may be empty
  int jobs = 0;                  // 0: one a core
  int time_limit_seconds = 120;  // for one kernel

  // Schedules that somebody else decides, as the tuner does; what they leave open, or the empty
  // function, is decided as always (stage_tilings.h). A stage's shape is all that tells it apart:
  // its in_padded_c depends on the tiling of the stage before.
  std::function<std::optional<Tiling>(const StageShape& stage, const Target& target)> choose_tiling;
  // Whether the depthwise and the pointwise of a block are one stage.
  std::function<std::optional<bool>(const StageShape& block, const Target& target)> fuse_block;
  // Whether the best records of the target (schedules/records) are asked before the tiling model.
  bool use_checked_in_records = true;
};

// 1. Splits the blocks that are faster as two stages on this target (select_stages.cc).
Result<Graph> select_stages(const Graph& graph, const CompileOptions& options);

// 2. Lowers ops to stages with shapes, tilings and packed weights (lower.cc, build_stage.cc,
//    pack_weights.cc). Then plan_memory (plan_memory.h) places the buffers.
Result<Plan> lower_to_stages(const Graph& graph, const CompileOptions& options);

// 3. One object a distinct kernel, through the generator program, in parallel, cached
//    (kernel_cache.cc, kernel_jobs.cc). In each object every symbol starts with the placeholder.
struct CompiledKernel {
  std::string object;  // bytes
  bool cached = false;
  double seconds = 0;
  bool shared = false;     // compiled for another model of the same call (compile_libraries)
  bool fell_back = false;  // the autoscheduler failed; compiled with the tiling model
};

// What a library has for one of its targets.
struct TargetCode {
  Target target;
  Graph graph;                             // behind select_stages: Stage::value names its ops
  std::optional<WeightRounding> rounding;  // of weights that are stored as 16-bit floats
  Plan plan;
  std::vector<CompiledKernel> kernels;  // like plan.kernels; linked, without the objects' bytes
};

// Files are bytes here; the caller writes them with OutputFiles.
struct Library {
  std::vector<TargetCode> targets;  // one or more, the most demanding first
  std::string archive;              // libNAME.a
  std::string header;               // NAME.h
  std::string weights_file;         // NAME.weights; empty: the archive has them
  bool no_threads = false;
  // That any function of it needs at most (stack_bytes.h); 0: not known, or not yet.
  std::int64_t stack_bytes = 0;
  std::string source;    // NAME.cc
  std::uint64_t id = 0;  // which compile its files are from (library_id.h); 0: not known yet
  Diagnostics notes;     // what the user has to be told of labels and pixels
  double seconds = 0;

  // What all targets agree in: name, shapes, classes.
  const Plan& plan() const { return targets.front().plan; }
  std::int64_t weights_bytes() const;
};

// What the caller provides: NAME_MEMORY_BYTES(threads), enough for each of the targets
// (write_header.cc).
std::int64_t memory_bytes(const Library& library, int threads);

// What kernel `kernel` of a plan is called in its library, after the first stage that uses it, and
// its weights: "mynet_k_block_3" and "mynet_k_weights", or "mynet_k_x86_64_v3_weights" where the
// library has several targets. What stands behind "_k_" is slimc's own words, so that no function
// or symbol of another library is called so, as of one called "mynet_k" or "mynet_x86_64_v3".
std::string kernel_symbol(const Plan& plan, int kernel);
std::string weights_symbol(const Plan& plan);

// 4. The texts (write_header.cc; write_source.cc, write_stages.cc, write_public_functions.cc).
std::string write_header(const Library& library);
std::string write_source(const Library& library);

// 5. Objects and archive (write_weights.cc through LLVM, compile_source.cc through clang++,
//    write_archive.cc through LLVM).
Result<std::string> compile_source(const std::string& header, const std::string& source,
                                   const Plan& plan, const CompileOptions& options);

// What the caller wants to see on the way: the graph after each pass, after round_weights where
// weights are 16-bit floats, and after select_stages; the plan after lower_to_stages and
// plan_memory, by these names. Both may be empty.
struct AfterStep {
  std::function<void(std::string_view step, const Graph& graph)> graph;
  std::function<void(std::string_view step, const Plan& plan)> plan;
};
// The steps behind the passes, in order.
inline constexpr std::string_view kCodegenSteps[] = {"round_weights", "select_stages",
                                                     "lower_to_stages", "plan_memory"};

// One library of a batch: a model, and what it is compiled for.
struct LibraryRequest {
  const Graph* imported = nullptr;
  CompileOptions options;
  AfterStep after;
};

// Several libraries at once: kernels that are equal among them are compiled once, and all jobs of
// all libraries share one pool, of as many threads as the first request says. `done` is called with
// the number of a request and its library as soon as that is complete, from any thread and for
// several at a time; it may write the library and drop its bytes. The results are like `requests`:
// one that fails does not stop the others. The failure of all is that the generator program is
// missing.
Result<std::vector<Result<Library>>> compile_libraries(
    const std::vector<LibraryRequest>& requests, Reporter& reporter,
    const std::function<Result<void>(std::size_t request, Library& library)>& done);

// One.
Result<Library> compile_library(const Graph& imported, const CompileOptions& options,
                                Reporter& reporter, const AfterStep& after = {});

}  // namespace slimc
