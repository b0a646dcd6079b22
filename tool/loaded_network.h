// Compiled networks inside this process: the library is linked into a shared object and loaded, so
// that `run`, `verify` and `bench` exercise the very code that users link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/build/compile_libraries.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc {

// A row of NAME_stages(), field by field as NAME.h explains it.
struct LoadedStage {
  const char* name;
  const char* kind;
  int input_stage;
  int input_count;
  const int* input_stages;
  std::ptrdiff_t output_offset;
  const char* type;
  std::int64_t height, width, channels, channel_stride;
  std::int64_t tasks;
  std::int64_t multiply_adds;
  int output_index;
};

using StageObserver = void (*)(void* user, int stage, int phase, int batch_item);

// NAME_timing, and what goes with it.
struct LoadedTiming {
  int stage, thread, batch_item, tasks;
  std::uint64_t begin, end;
};
using ProfilerClock = std::uint64_t (*)(void* user);
using ProfilerReport = void (*)(void* user, const LoadedTiming* timing);

// A row of what NAME_decode_predictions() finds, field by field as NAME.h explains it. The texts
// are the library's.
struct LoadedPrediction {
  int class_index;
  const char* wordnet_id;  // may be null
  const char* label;       // may be null
  float probability;
};

// What the shared object exports: the API of NAME.h without the name in it. The C text in
// loaded_network.cc defines the same struct; macros like NAME_MEMORY_BYTES become functions there.
struct NetworkApi {
  std::size_t memory_alignment;
  int max_threads;
  int (*stage_count)();
  std::size_t (*memory_bytes)(int threads);
  const char* (*status_string)(int status);
  const char* (*target)();
  int (*create)(void* memory, std::size_t bytes, int threads, void** network);
  int (*run)(void* network, const float* input, float* output);
  int (*run_u8)(void* network, const std::uint8_t* input, float* output);
  // Null where the network does not classify.
  int (*decode_predictions)(const float* predictions, std::size_t count, int top,
                            LoadedPrediction* results);
  void (*destroy)(void* network);
  void (*stage)(int index, LoadedStage* row);
  float* (*arena)(void* network);
  int (*set_observer)(void* network, StageObserver observer, void* user);
  int (*set_profiler)(void* network, ProfilerClock clock, ProfilerReport report, void* user);
};

// An instance with its memory. Must not outlive its LoadedNetwork.
class NetworkInstance {
 public:
  NetworkInstance(NetworkInstance&& other) noexcept;
  NetworkInstance& operator=(NetworkInstance&&) = delete;
  ~NetworkInstance();

  // One batch. The buffers have the sizes that NAME.h states; the outputs of a network that has
  // several lie one behind the other.
  Result<void> run(const float* input, float* output);
  Result<void> run(const std::uint8_t* input, float* output);

  void set_observer(StageObserver observer, void* user);
  void set_profiler(ProfilerClock clock, ProfilerReport report, void* user);
  float* arena();

 private:
  friend class LoadedNetwork;
  struct Free {
    void operator()(void* memory) const;
  };
  NetworkInstance(const NetworkApi& api, std::unique_ptr<void, Free> memory, void* network)
      : api_(&api), memory_(std::move(memory)), network_(network) {}
  Result<void> check(int status) const;

  const NetworkApi* api_;
  std::unique_ptr<void, Free> memory_;
  void* network_;
};

class LoadedNetwork {
 public:
  // Links with clang++ (and lld, where it is installed) and loads. The shared object is kept in the
  // kernels' cache by the library's content, unless it is not worth keeping. Fails with Blame::Tool
  // if linking does.
  static Result<LoadedNetwork> load(const CompiledLibrary& library, const CompileOptions& options,
                                    Reporter& reporter, bool keep = true);

  // The name of the library's target that this machine takes.
  const char* target() const { return api_->target(); }
  const std::vector<LoadedStage>& stages() const { return stages_; }

  // The `top` best classes of each image whose output is in `predictions`, the first image's first.
  // The library offers it: see classes() of its plan.
  Result<std::vector<LoadedPrediction>> decode(const std::vector<float>& predictions, int top,
                                               std::int64_t classes) const;

  // Fails (Blame::Usage) if the library does not take that many threads.
  Result<NetworkInstance> create(int threads) const;

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  LoadedNetwork(std::unique_ptr<void, Close> handle, const NetworkApi& api);

  std::unique_ptr<void, Close> handle_;
  const NetworkApi* api_;
  std::vector<LoadedStage> stages_;
};

}  // namespace slimc
